// What a page can do without, and is nicer with: filters fold away on a phone, and news of the log is announced.
const filters = document.querySelector("details.filters");
if (filters && !filters.dataset.active && window.matchMedia("(max-width: 56rem)").matches) filters.open = false;

const news = document.querySelector("[data-news]");
if (news && "EventSource" in window) {
  let stream = null;
  let seen = Number(news.dataset.news);
  const listen = () => {
    if (stream || document.hidden) return;
    stream = new EventSource("/events?after=" + seen);
    for (const kind of news.dataset.kinds.split(" ")) {
      stream.addEventListener(kind, (event) => {
        seen = Number(event.lastEventId);
        const more = seen - Number(news.dataset.news);
        news.querySelector("span").textContent = more === 1 ? "One new event" : more + " new events";
        news.hidden = false;
      });
    }
  };
  const rest = () => {
    if (stream) stream.close();
    stream = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  window.addEventListener("pagehide", rest);
  listen();
}
