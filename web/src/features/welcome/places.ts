/** Every currency that the manager knows: ISO 4217 without metals, funds and test codes. */
const CODES =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW'.split(
    ' ',
  )

export interface Choice {
  value: string
  label: string
}

/** "Euro (EUR)", in the order of the reader's alphabet. */
export function currencies(locale: string): Choice[] {
  const names = new Intl.DisplayNames([locale], { type: 'currency' })
  return CODES.map((value) => ({ value, label: `${names.of(value) ?? value} (${value})` })).toSorted((a, b) =>
    a.label.localeCompare(b.label, locale),
  )
}

/** Where one zone has one currency; the other zones of Europe have the euro or are not guessed at. */
const OF_ZONE: Record<string, string> = {
  'Europe/London': 'GBP',
  'Europe/Belfast': 'GBP',
  'Europe/Jersey': 'GBP',
  'Europe/Guernsey': 'GBP',
  'Europe/Isle_of_Man': 'GBP',
  'Europe/Zurich': 'CHF',
  'Europe/Vaduz': 'CHF',
  'Europe/Stockholm': 'SEK',
  'Europe/Oslo': 'NOK',
  'Europe/Copenhagen': 'DKK',
  'Europe/Warsaw': 'PLN',
  'Europe/Prague': 'CZK',
  'Europe/Budapest': 'HUF',
  'Europe/Bucharest': 'RON',
  'Asia/Tokyo': 'JPY',
  'Pacific/Auckland': 'NZD',
  'America/New_York': 'USD',
  'America/Chicago': 'USD',
  'America/Denver': 'USD',
  'America/Los_Angeles': 'USD',
  'America/Toronto': 'CAD',
  'America/Vancouver': 'CAD',
}

const EURO_CITIES =
  'Amsterdam Andorra Athens Berlin Bratislava Brussels Busingen Dublin Helsinki Lisbon Ljubljana Luxembourg Madrid Malta Mariehamn Monaco Paris Riga Rome San_Marino Sofia Tallinn Vatican Vienna Vilnius Zagreb'
const EURO_ZONES = new Set(EURO_CITIES.split(' ').map((city) => `Europe/${city}`))

/** What people in a time zone most likely pay in; `undefined` where it would only be a guess. */
export function currencyOfZone(zone: string): string | undefined {
  if (EURO_ZONES.has(zone)) {
    return 'EUR'
  }
  return zone.startsWith('Australia/') ? 'AUD' : OF_ZONE[zone]
}

/** The zone of this device. */
export const ownZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone

/** Every zone that the browser knows, and those that are in use although it does not name them. */
export function zones(...used: string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), ...used])].toSorted()
}

/** The electricity regions of Great Britain. Their names are texts. */
export const REGIONS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P'] as const

/** Regions exist where the pound is paid. */
export const hasRegions = (currency: string) => currency === 'GBP'
