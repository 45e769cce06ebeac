/** The page behind stays where it is; where it had a scroll bar, the bar's room is kept so that nothing jumps. */
export function lockScroll(): () => void {
  const { style, clientWidth } = document.documentElement
  const before = { overflow: style.overflow, gutter: style.scrollbarGutter }
  if (window.innerWidth > clientWidth) {
    style.scrollbarGutter = 'stable'
  }
  style.overflow = 'hidden'
  return () => {
    style.overflow = before.overflow
    style.scrollbarGutter = before.gutter
  }
}
