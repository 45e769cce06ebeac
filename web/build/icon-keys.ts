import type { Plugin } from 'vite'

/** React wants each line of an icon to have a key; six random letters each do not compress, and numbers do. */
export function shortIconKeys(): Plugin {
  return {
    name: 'short-icon-keys',
    apply: 'build',
    transform: {
      filter: { id: /\/lucide-react\/dist\/esm\/icons\/[\w-]+\.mjs$/ },
      handler(code) {
        let key = 0
        const short = code.replace(/key: "\w+"/g, () => {
          key += 1
          return `key: ${key}`
        })
        return { code: short, map: null }
      },
    },
  }
}
