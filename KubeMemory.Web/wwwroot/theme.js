// Runs before the first paint, so that the chosen theme never flashes.
(() => {
  let theme = null;
  try { theme = localStorage.getItem('km-theme'); } catch { /* storage is blocked: the system's theme */ }
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
})();
