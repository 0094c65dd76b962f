// 近い順: send this device's point once, in the body of one request.

const form = document.getElementById("near-form");

if (form && "geolocation" in navigator) {
  form.hidden = false;
  document.getElementById("near-hint").hidden = false;
  document.getElementById("near").addEventListener("click", () => {
    document.getElementById("near-failed").hidden = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        for (const field of document.querySelectorAll("#spot-form [name]")) {
          if (field.type === "checkbox" ? !field.checked : !field.value) continue;
          const kept = document.createElement("input");
          kept.type = "hidden";
          kept.name = field.name;
          kept.value = field.value;
          form.append(kept);
        }
        form.elements.latitude.value = coords.latitude.toFixed(4); // about ten metres: enough
        form.elements.longitude.value = coords.longitude.toFixed(4);
        form.submit();
      },
      () => {
        document.getElementById("near-failed").hidden = false;
      },
      { timeout: 10_000, maximumAge: 60_000 },
    );
  });
}
