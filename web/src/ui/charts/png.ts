import type { Plot } from './plot.ts'
import type { ChartSeries } from './types.ts'

const ROOM = 16
const TITLE_PX = 15
const LABEL_PX = 12

/** The chart as it is on screen, with its name and its legend, on the ground of its theme. */
export function toPng(plot: Plot, name: string, series: readonly ChartSeries[]): Promise<Blob> {
  const { canvas: source, colour } = plot
  const ratio = source.width / (source.clientWidth || source.width)
  const head = (ROOM + TITLE_PX + ROOM + LABEL_PX + ROOM / 2) * ratio
  const picture = document.createElement('canvas')
  picture.width = source.width + 2 * ROOM * ratio
  picture.height = source.height + head + ROOM * ratio
  const ctx = picture.getContext('2d')
  if (!ctx) {
    return Promise.reject(new Error('the browser gave no canvas to draw on'))
  }
  const font = (weight: number, px: number) => `${weight} ${px * ratio}px "Inter Variable", sans-serif`
  ctx.fillStyle = colour('surface')
  ctx.fillRect(0, 0, picture.width, picture.height)
  ctx.textBaseline = 'top'
  ctx.fillStyle = colour('text')
  ctx.font = font(600, TITLE_PX)
  ctx.fillText(name, ROOM * ratio, ROOM * ratio)
  ctx.font = font(400, LABEL_PX)
  let x = ROOM * ratio
  const y = (ROOM + TITLE_PX + ROOM) * ratio
  for (const { label, color } of series) {
    ctx.fillStyle = colour(color)
    ctx.fillRect(x, y, LABEL_PX * ratio, LABEL_PX * ratio)
    x += LABEL_PX * 1.5 * ratio
    ctx.fillStyle = colour('muted')
    ctx.fillText(label, x, y)
    x += ctx.measureText(label).width + ROOM * ratio
  }
  ctx.drawImage(source, ROOM * ratio, head)
  return new Promise((resolve, reject) => {
    picture.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the browser made no picture'))),
      'image/png',
    )
  })
}
