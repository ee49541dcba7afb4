/**
 * Reed-Solomon against reedsolo (PyPI): it reads our codewords, and both put the same damage right.
 * Runs where WAXWING_PYTHON names a Python that has it (`python3 -m venv v && v/bin/pip install reedsolo`).
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";
import { ReedSolomon } from "waxwing/framing";
import { SeededRandom } from "waxwing/testing";

const python = process.env.WAXWING_PYTHON;
const isThere = python !== undefined && spawnSync(python, ["-c", "import reedsolo"]).status === 0;
const oracleTest = isThere ? test : test.skip;
const note = isThere ? "" : " (needs WAXWING_PYTHON, a Python with reedsolo: pip install reedsolo)";
const bridge = fileURLToPath(new URL("./reed-solomon.py", import.meta.url));

oracleTest(`errors and erasures within reach, in 400 codewords of any size${note}`, (t) => {
  const random = new SeededRandom("reedsolo");
  const cases = Array.from({ length: 400 }, () => {
    const parity = random.integer(1, 100);
    const data = random.bytes(random.integer(1, 255 - parity));
    const code = new ReedSolomon(parity);
    const codeword = Buffer.concat([data, code.encode(data)]);
    const errors = random.integer(0, Math.floor(parity / 2));
    const erasures = Math.min(random.integer(0, parity - 2 * errors), codeword.length - errors);
    const places = random.shuffle(Array.from(codeword.keys())).slice(0, errors + erasures);
    const harmed = Buffer.from(codeword);
    for (const place of places) harmed[place] = harmed[place]! ^ random.integer(1, 255);
    return { code, parity, codeword, harmed, erasures: places.slice(errors) };
  });
  const asked = cases.map(({ parity, harmed, erasures }) => ({
    parity,
    codeword: harmed.toString("hex"),
    erasures,
  }));
  const { stdout } = spawnSync(python!, [bridge], { input: JSON.stringify(asked), encoding: "utf8" });
  const answers = JSON.parse(stdout) as (string | null)[];
  for (const [index, { code, codeword, harmed, erasures }] of cases.entries()) {
    const expected = codeword.toString("hex");
    t.is(answers[index], expected, "reedsolo");
    const ours = new Uint8Array(harmed);
    t.true(code.decode(ours, erasures) !== undefined);
    t.is(Buffer.from(ours).toString("hex"), expected, "ours");
  }
});
