import { type BackendModule, loadNamespaces, use } from 'i18next'
import { initReactI18next } from 'react-i18next'
import common from '../locales/en/common.json'

/** One file for each language and each part of the app; loaded with the part that needs it. */
const FILES = import.meta.glob<{ default: Record<string, unknown> }>('../locales/*/*.json')

const files: BackendModule = {
  type: 'backend',
  init() {},
  read(language, namespace, done) {
    const load = FILES[`../locales/${language}/${namespace}.json`]
    if (!load) {
      done(new Error(`no texts for ${namespace} in ${language}`), false)
      return
    }
    load().then(
      (file) => done(null, file.default),
      (error: Error) => done(error, true),
    )
  },
}

export async function prepareTexts(): Promise<void> {
  await use(files)
    .use(initReactI18next)
    .init({
      lng: 'en',
      fallbackLng: 'en',
      ns: ['common'],
      defaultNS: 'common',
      // What every page needs comes with the page; the rest with its part.
      resources: { en: { common } },
      partialBundledLanguages: true,
      // React escapes by itself.
      interpolation: { escapeValue: false },
      returnNull: false,
    })
}

/** For a route's loader: its texts arrive together with its code. */
export async function loadTexts(...namespaces: string[]): Promise<void> {
  await loadNamespaces(namespaces)
}
