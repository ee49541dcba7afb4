/** Which instruction counts fail `npm run bench -- --arm64 --check`. */
import test from "ava";
import { grownCounts } from "../../../bench/arm64/compare.js";

const row = (build: string, value: number) => ({ id: "hash/sha256/64/waxwing", build, value });
const recorded = [row("wasm-simd", 1000), row("wasm-scalar", 2000)];

test("grownCounts() lets a quarter pass, and any fall", (t) => {
  t.deepEqual(grownCounts([row("wasm-simd", 1250), row("wasm-scalar", 1)], recorded), []);
});

test("grownCounts() names what is more than a quarter above its own build's count", (t) => {
  const found = grownCounts([row("wasm-simd", 1251), row("wasm-scalar", 2000)], recorded);
  t.deepEqual(found, ["hash/sha256/64/waxwing, wasm-simd: 1.25 times the recorded count"]);
});

test("grownCounts() names what has no recorded count", (t) => {
  t.is(grownCounts([row("wasm-relaxed", 10)], recorded).length, 1);
});
