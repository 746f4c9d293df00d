// Scanning with the camera. Where the browser reads QR codes itself, the code is read on the spot; where it does not, a
// press on the button sends one picture to the register, which reads it. Without script the file field does the same.
(() => {
  "use strict";
  const box = document.querySelector("[data-camera]");
  const media = navigator.mediaDevices;
  if (!box) return;
  if (!media || !media.getUserMedia) {
    box.hidden = true;
    return;
  }
  const [start, shoot, stop] = ["start", "shoot", "stop"].map((name) => box.querySelector(`[data-${name}]`));
  const video = box.querySelector("video");
  const said = box.querySelector("[data-said]");
  const text = document.querySelector("form [name=text]");
  const file = document.querySelector("form input[type=file][name=file]");
  let stream = null;

  const send = (field) => field.form.requestSubmit();

  const end = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = shoot.hidden = stop.hidden = true;
    start.hidden = false;
  };

  const look = async (detector) => {
    if (!stream) return;
    let codes = [];
    try {
      codes = await detector.detect(video);
    } catch {
      return;
    }
    const sealed = codes.find((code) => code.rawValue.startsWith("EAC1:"));
    if (sealed && stream) {
      end();
      text.value = sealed.rawValue;
      send(text);
    } else {
      setTimeout(look, 200, detector);
    }
  };

  start.addEventListener("click", async () => {
    try {
      stream = await media.getUserMedia({
        video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
    } catch {
      said.textContent = box.dataset.refused;
      return;
    }
    said.textContent = "";
    video.srcObject = stream;
    video.hidden = shoot.hidden = stop.hidden = false;
    start.hidden = true;
    await video.play();
    if ("BarcodeDetector" in window) {
      const formats = await window.BarcodeDetector.getSupportedFormats();
      if (formats.includes("qr_code")) look(new window.BarcodeDetector({ formats: ["qr_code"] }));
    }
  });

  shoot.addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      const picked = new DataTransfer();
      picked.items.add(new File([blob], "camera.png", { type: "image/png" }));
      end();
      file.files = picked.files;
      send(file);
    }, "image/png");
  });

  stop.addEventListener("click", end);
  window.addEventListener("pagehide", end);
})();
