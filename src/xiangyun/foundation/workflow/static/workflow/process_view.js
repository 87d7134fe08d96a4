// Draws a process: the diagram fitted to its frame, the current steps marked, who and how long beside each step.
// The library's watermark stays visible, as its licence asks.

const frame = document.querySelector("[data-process-drawing]");
const data = JSON.parse(document.getElementById("process-drawing-data").textContent);

function label(mark) {
  const box = document.createElement("div");
  box.className = `process-mark process-mark-${mark.state}`;
  box.textContent = mark.label;
  return box;
}

async function draw() {
  frame.replaceChildren();
  const viewer = new window.BpmnJS({ container: frame });
  await viewer.importXML(data.xml);
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const known = viewer.get("elementRegistry");
  for (const mark of data.marks) {
    const element = known.get(mark.node);
    if (!element) continue;
    canvas.addMarker(mark.node, mark.state === "open" ? "process-current" : "process-done");
    overlays.add(mark.node, { position: { bottom: -4, left: 0 }, html: label(mark), show: { minZoom: 0.5 } });
  }
  for (const node of data.tokens) {
    if (known.get(node)) canvas.addMarker(node, "process-current");
  }
  // the frame is as tall as the drawing needs, within limits
  const drawn = canvas.viewbox().inner;
  const scale = Math.min(1, frame.clientWidth / drawn.width);
  frame.style.height = `${Math.round(Math.max(220, Math.min(window.innerHeight * 0.7, drawn.height * scale + 90)))}px`;
  canvas.resized();
  canvas.zoom("fit-viewport", "auto");
  frame.dataset.drawn = "yes";
}

if (frame && window.BpmnJS) {
  draw().catch(() => {
    frame.textContent = "流程图无法显示；各环节情况见下表。";
  });
}
