// Runs a TypeScript file of this folder: `node build/run.mjs first-route`. The oldest Node.js that we build with reads no
// TypeScript, and Vite is there anyway.
import { runnerImport } from 'vite'

await runnerImport(new URL(`${process.argv[2]}.ts`, import.meta.url).pathname, {
  configFile: false,
  logLevel: 'error',
})
