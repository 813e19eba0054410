// Draws the chart of a claim where its picture stands. The style comes from our own sheet and expressions are
// interpreted, so that the page's policy needs neither inline style nor eval.
for (const place of document.querySelectorAll("[data-chart]")) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const narrow = window.matchMedia("(max-width: 40rem)");
  const draw = async () => {
    const answer = await fetch(place.dataset.chart + (dark.matches ? "?theme=dark" : ""));
    if (!answer.ok) return;
    const spec = await answer.json();
    spec.width = "container";
    spec.height = narrow.matches ? 220 : spec.height;
    const target = document.createElement("div");
    target.className = "drawn";
    place.prepend(target);
    await vegaEmbed(target, spec, {
      ast: true,
      actions: false,
      defaultStyle: false,
      renderer: "svg",
      tooltip: { disableDefaultStyle: true, theme: dark.matches ? "dark" : "light" },
    });
    place.querySelectorAll("picture, .drawn").forEach((one) => {
      if (one !== target) one.remove();
    });
    place.dataset.state = "interactive";
  };
  draw();
  dark.addEventListener("change", draw);
}
