/* A phone's photo is made smaller before it is sent, and stands upright. Whatever goes wrong, the file goes as it is. */
(function () {
  "use strict";
  const SMALL_ENOUGH = 1024 * 1024;
  const QUALITY = 0.85;
  const busy = new Map(); // an input, and the work on its file
  const done = new WeakSet(); // files that are as small as they get

  const isHeic = (file) => /^image\/hei[cf]/.test(file.type) || /\.(heic|heif|hif)$/i.test(file.name);
  const isPhoto = (file) => /^image\/(jpeg|png)$/.test(file.type) || isHeic(file);

  /* The picture as the camera meant it, at most so many pixels on its longer side, without anything else in it. */
  async function smaller(file, side) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    try {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff"; // paper behind what is transparent
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      if (!blob || (!isHeic(file) && blob.size > file.size * 0.9)) return null;
      return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
    } finally {
      picture.close();
    }
  }

  function say(input, words, isBad) {
    const note = input.nextElementSibling;
    if (!note || !note.classList.contains("file-note")) return;
    note.textContent = isBad ? words : note.textContent + " · " + words;
    note.classList.toggle("too-big", isBad);
  }

  async function work(input, file) {
    let better = null;
    try { better = await smaller(file, Number(input.dataset.shrink)); } catch (error) { /* it goes as it is */ }
    if (input.files[0] !== file) return; // another one was chosen meanwhile
    if (!better) {
      if (isHeic(file)) say(input, input.dataset.heic, true);
      return;
    }
    const files = new DataTransfer();
    files.items.add(better);
    done.add(better);
    input.files = files.files;
    done.add(input.files[0]);
    input.dispatchEvent(new Event("change", { bubbles: true }));
    say(input, input.dataset.shrunk, false);
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    const file = input.type === "file" && "shrink" in input.dataset && input.files[0];
    if (!file || done.has(file) || !isPhoto(file) || (file.size <= SMALL_ENOUGH && !isHeic(file))) return;
    const wait = work(input, file).finally(() => { if (busy.get(input) === wait) busy.delete(input); });
    busy.set(input, wait);
  });

  // Saving waits for the photo: first of all listeners, so that nothing takes the form for sent.
  document.addEventListener("submit", (event) => {
    const waiting = [...event.target.elements].map((element) => busy.get(element)).filter(Boolean);
    if (!waiting.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    Promise.all(waiting).then(() => event.target.requestSubmit(button));
  }, true);
})();
