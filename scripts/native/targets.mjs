/**
 * What the addon is prebuilt for, and where each build lies: the layout that node-gyp-build resolves, which
 * splits folders into platform and arch, and file names into tags. Without the `glibc` tag a file would be
 * taken on Alpine too.
 */
import { join } from "node:path";
import { root } from "../run.mjs";

/** @typedef {(typeof targets)[number]} Target */

export const targets = [
  {
    name: "linux-x64",
    triple: "x86_64-unknown-linux-gnu",
    debianArch: "amd64",
    file: "linux-x64/waxwing.napi.glibc.node",
  },
  {
    name: "linux-arm64",
    triple: "aarch64-unknown-linux-gnu",
    debianArch: "arm64",
    file: "linux-arm64/waxwing.napi.glibc.node",
  },
  {
    name: "linux-armv7",
    triple: "armv7-unknown-linux-gnueabihf",
    debianArch: "armhf",
    file: "linux-arm/waxwing.napi.armv7.glibc.node",
  },
];

/** The oldest C library that a prebuild runs on: what Rust's own library needs, and older than any Debian in use. */
export const glibcFloor = "2.17";

/** A prebuild is in every install and, for ever, in history. */
export const prebuildBytesMax = 1_200_000;

export const nativeFolder = join(root, "native");
export const prebuildsFolder = join(nativeFolder, "prebuilds");
/** Downloads and intermediate files; safe to delete. */
export const cacheFolder = join(root, ".cache", "native");

/** Where node-gyp-build looks before the prebuilds: an addon that was built on and for this host. */
export const hostBuildFolder = join(nativeFolder, "build", "Release");
