// Sets the theme before the first paint. A file of its own, so that the content security policy
// needs no inline scripts.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('ri.theme');
  } catch (error) {
    chosen = null;
  }
  var dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
