/** Every engine keeps the contract of SHA-3, SHAKE and ML-DSA-65. */
import { keccakSuite, mlDsa65Suite } from "waxwing/testing";
import { avaReport } from "../support/ava-report.js";
import { allEngines } from "../support/engines.js";

for (const { name, engine } of await allEngines()) {
  keccakSuite(engine, avaReport(`${name} keccak`));
  mlDsa65Suite(engine, avaReport(`${name} ml-dsa-65`));
}
