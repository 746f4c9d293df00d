// The camera as a scanner of blank forms: each code goes through the same field and form as that of a hand-held scanner,
// and the same one is not sent twice within three seconds.
(() => {
  "use strict";
  const box = document.querySelector("[data-scan-camera]");
  const pause = 3000;
  let last = { code: "", at: 0 };
  if (!box) return;
  window.kozotCamera(box, {
    sign: "EAB1:",
    wanted: ["qr_code", "code_128", "code_39", "data_matrix"],
    file: () => document.getElementById("id_file"), // the form is another one after each code
    seen: (code) => {
      const now = Date.now();
      if (code === last.code && now - last.at < pause) return;
      last = { code, at: now };
      const field = document.getElementById("id_code");
      field.value = code;
      field.form.requestSubmit();
    },
  });
})();
