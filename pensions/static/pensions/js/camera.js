// A camera that reads codes. Where the browser reads them itself, each whose text begins with `sign` is handed to
// `seen(text)`; where it does not, a press on the button sends one picture through the field that `file()` gives, and the
// server reads it. `wanted` are kinds of codes; `once`: the camera ends with the first code or picture.
"use strict";

window.kozotCamera = (box, { sign, wanted, file, seen, once = false, size = {} }) => {
  const media = navigator.mediaDevices;
  box.hidden = !media?.getUserMedia;
  if (box.hidden) return;
  const [start, shoot, stop] = ["start", "shoot", "stop"].map((name) => box.querySelector(`[data-${name}]`));
  const video = box.querySelector("video");
  const said = box.querySelector("[data-said]");
  let stream = null;

  const end = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = shoot.hidden = stop.hidden = true;
    start.hidden = false;
  };

  const reads = async () => {
    if (!("BarcodeDetector" in window)) return [];
    const known = await window.BarcodeDetector.getSupportedFormats();
    return wanted.filter((one) => known.includes(one));
  };

  const look = async (detector) => {
    if (!stream) return;
    try {
      const found = (await detector.detect(video)).find((one) => one.rawValue.startsWith(sign));
      if (found && stream) {
        if (once) end();
        seen(found.rawValue);
      }
    } catch {
      // a frame that cannot be read: the next one may be
    }
    setTimeout(look, 250, detector);
  };

  start.addEventListener("click", async () => {
    try {
      stream = await media.getUserMedia({ video: { facingMode: { ideal: "environment" }, ...size } });
    } catch {
      said.textContent = box.dataset.refused;
      return;
    }
    said.textContent = "";
    video.srcObject = stream;
    video.hidden = shoot.hidden = stop.hidden = false;
    start.hidden = true;
    await video.play();
    const formats = await reads();
    if (formats.length) look(new window.BarcodeDetector({ formats }));
  });

  shoot.addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      const picked = new DataTransfer();
      picked.items.add(new File([blob], "camera.png", { type: "image/png" }));
      if (once) end();
      const field = file();
      field.files = picked.files;
      field.form.requestSubmit();
    }, "image/png");
  });

  stop.addEventListener("click", end);
  window.addEventListener("pagehide", end);
};
