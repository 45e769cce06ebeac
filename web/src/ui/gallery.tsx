import { Card } from './card.tsx'
import { Charts } from './gallery/charts.tsx'
import { Buttons, Floating, Navigation } from './gallery/controls.tsx'
import { Fields } from './gallery/fields.tsx'
import { Banners, Figures, Pills, Rows, States } from './gallery/states.tsx'

const SIZES = ['text-2xs', 'text-xs', 'text-sm', 'text-base', 'text-lg', 'text-xl', 'text-2xl']
const COLOURS = [
  'bg-page bg-surface bg-raised bg-subtle bg-line bg-edge bg-muted bg-text',
  'bg-accent bg-accent-strong bg-accent-soft',
  'bg-good bg-good-soft bg-warn bg-warn-soft bg-bad bg-bad-strong bg-bad-soft bg-champion bg-champion-soft',
  'bg-cheap bg-cheap-soft bg-normal bg-normal-soft bg-expensive bg-expensive-soft',
  'bg-series-1 bg-series-2 bg-series-3 bg-series-4 bg-series-5 bg-series-6',
].map((group) => group.split(' '))

/** Every part in its states; for whoever builds pages, and for the tests that look at them. */
export function Gallery() {
  return (
    <div className="grid min-w-0 gap-4">
      <h1 className="font-semibold text-xl">Gallery</h1>
      <Figures />
      <Banners />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Buttons />
        <Floating />
        <Fields />
        <div className="grid gap-4">
          <Pills />
          <Navigation />
        </div>
      </div>
      <States />
      <Rows />
      <Charts />
      <Tokens />
    </div>
  )
}

function Tokens() {
  return (
    <Card title="Sizes and colours">
      <div className="grid gap-4">
        <div>
          {SIZES.map((size) => (
            <p key={size} className={size}>
              Everything runs at full power until 16:00 ({size})
            </p>
          ))}
        </div>
        {COLOURS.map((group) => (
          <div key={group[0]} className="flex flex-wrap gap-3">
            {group.map((colour) => (
              <div key={colour} className="grid justify-items-center gap-1 text-2xs text-muted">
                <span className={`size-10 rounded-lg border border-line ${colour}`} />
                {colour.slice(3)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </Card>
  )
}
