// The camera as a scanner of blank forms. Where the browser reads codes itself, each goes through the same field and form
// as that of a hand-held scanner, and the same one is not sent twice within three seconds. Where it does not, a press on
// the button sends one picture through the form's file field, and the server reads all codes in it.
(() => {
  "use strict";
  const box = document.querySelector("[data-scan-camera]");
  const media = navigator.mediaDevices;
  if (!box || !media || !media.getUserMedia) return;
  const [start, shoot, stop] = ["start", "shoot", "stop"].map((name) => box.querySelector(`[data-${name}]`));
  const video = box.querySelector("video");
  const said = box.querySelector("[data-said]");
  const wanted = ["qr_code", "code_128", "code_39", "data_matrix"];
  const pause = 3000;
  let stream = null;
  let last = { code: "", at: 0 };

  const end = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = shoot.hidden = stop.hidden = true;
    start.hidden = false;
  };

  const take = (code) => {
    const now = Date.now();
    if (code === last.code && now - last.at < pause) return;
    last = { code, at: now };
    const field = document.getElementById("id_code");
    field.value = code;
    field.form.requestSubmit();
  };

  const reads = async () => {
    if (!("BarcodeDetector" in window)) return [];
    const known = await window.BarcodeDetector.getSupportedFormats();
    return wanted.filter((one) => known.includes(one));
  };

  const look = async (detector) => {
    if (!stream) return;
    try {
      const codes = await detector.detect(video);
      const blank = codes.find((one) => one.rawValue.startsWith("EAB1:"));
      if (blank) take(blank.rawValue);
    } catch {
      // a frame that cannot be read: the next one may be
    }
    setTimeout(look, 250, detector);
  };

  start.addEventListener("click", async () => {
    try {
      stream = await media.getUserMedia({ video: { facingMode: { ideal: "environment" } } });
    } catch {
      said.textContent = box.dataset.refused;
      return;
    }
    said.textContent = "";
    video.srcObject = stream;
    video.hidden = stop.hidden = false;
    start.hidden = true;
    await video.play();
    const formats = await reads();
    if (formats.length) look(new window.BarcodeDetector({ formats }));
    else shoot.hidden = false;
  });

  shoot.addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      const picked = new DataTransfer();
      picked.items.add(new File([blob], "camera.png", { type: "image/png" }));
      const field = document.getElementById("id_file");
      field.files = picked.files;
      field.form.requestSubmit();
    }, "image/png");
  });

  stop.addEventListener("click", end);
  window.addEventListener("pagehide", end);
  box.hidden = false;
})();
