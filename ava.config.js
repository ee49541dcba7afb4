// Tests run from TypeScript sources against the built package in dist/ (see docs/hacking.md).
export default {
  files: ["test/**/*.test.ts"],
  extensions: { ts: "module" },
  nodeArguments: ["--import=tsx", "--import=./test/support/preload.mjs", "--enable-source-maps"],
  workerThreads: false,
  timeout: "120s",
};
