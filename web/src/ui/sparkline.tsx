import { sparkPaths } from './spark-paths.ts'

interface Props {
  /** Oldest first, evenly spaced; null where nothing is known. */
  points: readonly (number | null)[]
  /** What it shows, in words. */
  label: string
  width?: number
  height?: number
}

/** The shape of the last hours, without numbers. */
export function Sparkline({ points, label, width = 64, height = 24 }: Props) {
  const paths = sparkPaths(points, width, height)
  return (
    <svg
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here, in the colour of the theme
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="block shrink-0 overflow-visible text-series-1"
    >
      {paths.map((path) => (
        <path
          key={path}
          d={path}
          fill="none"
          stroke="currentColor"
          strokeWidth={1.5}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      ))}
    </svg>
  )
}
