// Runs before the first paint, so that nobody is flashed by the wrong theme. What happens later is in ui/theme.ts,
// which keeps the same key. A file and not an inline script: the content security policy allows no others.
;(() => {
  let wish = null
  try {
    wish = localStorage.getItem('hmm.theme')
  } catch {
    // Storage can be forbidden by the browser's settings: then the system decides.
  }
  const dark = wish === 'dark' || (wish !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
