// The camera as a scanner of blank forms, where the browser reads codes itself. Each code goes through the same field
// and form as that of a hand-held scanner; the same code is not sent twice within three seconds.
(() => {
  "use strict";
  const box = document.querySelector("[data-scan-camera]");
  const media = navigator.mediaDevices;
  if (!box || !media || !media.getUserMedia || !("BarcodeDetector" in window)) return;
  const [start, stop] = ["start", "stop"].map((name) => box.querySelector(`[data-${name}]`));
  const video = box.querySelector("video");
  const said = box.querySelector("[data-said]");
  const wanted = ["qr_code", "code_128", "code_39", "data_matrix"];
  const pause = 3000;
  let stream = null;
  let last = { code: "", at: 0 };

  const end = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = stop.hidden = true;
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
    const known = await window.BarcodeDetector.getSupportedFormats();
    look(new window.BarcodeDetector({ formats: wanted.filter((one) => known.includes(one)) }));
  });

  stop.addEventListener("click", end);
  window.addEventListener("pagehide", end);
  box.hidden = false;
})();
