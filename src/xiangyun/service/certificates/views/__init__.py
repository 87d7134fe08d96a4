"""Pages of certificates: `public` verification, `holder` downloads."""
