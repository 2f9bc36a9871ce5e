'use strict';
const form = document.querySelector('form');
const sections = [...document.querySelectorAll('section')];
const rows = sections.flatMap((section) => [...section.querySelectorAll('article')].map((article) => ({
  article, outcome: section.id, provider: article.dataset.provider, text: article.textContent.toLowerCase(),
})));

// A browser has room for some dozens of films: each is loaded when it comes into view, and let go when it leaves.
const inView = new Set();
const observer = new IntersectionObserver((entries) => {
  for (const { target: video, isIntersecting } of entries) {
    if (isIntersecting) {
      inView.add(video);
      if (!video.hasAttribute('src')) video.src = video.dataset.film;
      move(video);
    } else if (inView.delete(video)) {
      video.pause();
      video.removeAttribute('src');
      video.load();
    }
  }
}, { rootMargin: '25%' });

function move(video) {
  if (form.play.checked) video.play().catch(() => {});
  else if (video.preload === 'none') video.preload = 'metadata';
  else video.pause();
}

for (const video of document.querySelectorAll('video')) {
  video.dataset.film = video.getAttribute('src');
  video.addEventListener('loadeddata', () => video.closest('figure').classList.add('loaded'));
  video.addEventListener('error', () => video.hasAttribute('src') && video.closest('figure').classList.add('missing'));
  observer.observe(video);
}

function filter() {
  const words = form.text.value.toLowerCase().split(/\s+/);
  const { value: outcome } = form.outcome, { value: provider } = form.provider;
  let count = 0;
  for (const row of rows) {
    const fits = (!outcome || row.outcome === outcome) && (!provider || row.provider === provider)
      && words.every((word) => row.text.includes(word));
    row.article.hidden = !fits;
    count += fits;
  }
  for (const section of sections) section.hidden = !section.querySelector('article:not([hidden])');
  form.querySelector('output').value = count === rows.length ? '' : `${count} of ${rows.length}`;
  document.querySelector('.none').hidden = count > 0 || rows.length === 0;
}

form.play.checked = !matchMedia('(prefers-reduced-motion: reduce)').matches;
form.play.addEventListener('change', () => inView.forEach(move));
form.addEventListener('input', filter);
form.addEventListener('submit', (event) => event.preventDefault());
form.hidden = false;
filter();
