"""好差评: one rating for each case and stage, with reasons, by those served (国办发〔2019〕51号, GB/T 39735)."""
