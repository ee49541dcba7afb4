import test from "ava";
import { limits } from "waxwing";
import { isWaxwingError, WaxwingError } from "waxwing/core";
import { applyEnvironment, parseConfig, parseConfigText } from "#dist/node/index.js";
import { chooseKeyCacheBytes, chooseOfferedIds, thisMachine } from "#dist/node/machine.js";

const code = (call: () => unknown): string | undefined => {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof WaxwingError ? error.code : String(error);
  }
};

test("parseConfig() fills every default from an empty object", (t) => {
  const config = parseConfig({});
  t.is(config.dataDirectory, ".waxwing");
  t.is(config.store.engine, "lmdb");
  t.deepEqual(config.listen, { hostname: "127.0.0.1", port: 8080 });
  t.deepEqual(config.admin, { hostname: "127.0.0.1", port: 9464, allowRemote: false });
  t.is(config.replication.cadenceSeconds, 30);
  t.is(config.trust.policy, "strict");
  t.is(config.core.cacheBytes, chooseKeyCacheBytes(thisMachine()));
  t.deepEqual(config.replication.reconcile, { enabled: true, idsMax: chooseOfferedIds(thisMachine()) });
});

test("parseConfig() refuses unknown keys at every depth and names them", (t) => {
  for (const input of [{ dataDir: "x" }, { store: { size: 1 } }, { peers: [{ keyId: "a", adress: "x" }] }]) {
    const error = t.throws(() => parseConfig(input));
    t.true(isWaxwingError(error, "config_invalid"));
    t.regex(error!.message, /Unrecognized|unrecognized/);
  }
});

test("parseConfig() refuses values out of range", (t) => {
  for (const input of [
    { listen: { port: 65_536 } },
    { replication: { cadenceSeconds: 0 } },
    { replication: { reconcile: { idsMax: 0 } } },
    { replication: { reconcile: { idsMax: limits.idSetsCapacityMax + 1 } } },
    { peers: [{ keyId: "" }] },
    { peers: [{ keyId: "a", url: "not a url" }] },
    { store: { engine: "sqlite" } },
    { log: { level: "loud" } },
    { core: { cacheBytes: limits.keyCacheBytesMax + 1 } },
  ]) {
    t.is(
      code(() => parseConfig(input)),
      "config_invalid",
      JSON.stringify(input),
    );
  }
});

test("parseConfigText() says which file is not JSON", (t) => {
  const error = t.throws(() => parseConfigText("{", "node.json"));
  t.true(isWaxwingError(error, "config_unreadable"));
  t.regex(error!.message, /node\.json/);
});

test("applyEnvironment() overrides the file and leaves the rest", (t) => {
  const config = parseConfig(
    applyEnvironment(
      { dataDirectory: "file", listen: { hostname: "0.0.0.0", port: 1 }, log: { level: "error" } },
      {
        WAXWING_DATA_DIRECTORY: "env",
        WAXWING_LISTEN: ":7000",
        WAXWING_ADMIN: "off",
        WAXWING_CADENCE_SECONDS: "2.5",
        WAXWING_LOG_LEVEL: "",
      },
    ),
  );
  t.is(config.dataDirectory, "env");
  t.deepEqual(config.listen, { hostname: "0.0.0.0", port: 7000 });
  t.is(config.admin, false);
  t.is(config.replication.cadenceSeconds, 2.5);
  t.is(config.log.level, "error");
});

test("applyEnvironment() takes IPv6 addresses and refuses what is no address", (t) => {
  t.deepEqual(parseConfig(applyEnvironment({}, { WAXWING_LISTEN: "[::1]:80" })).listen, {
    hostname: "::1",
    port: 80,
  });
  t.is(
    code(() => applyEnvironment({}, { WAXWING_LISTEN: "everywhere" })),
    "config_invalid",
  );
});

test("parseConfig() takes verifyWorkers as a number or auto, from the environment too", (t) => {
  const workers = (value: unknown) => parseConfig({ core: { verifyWorkers: value } }).core.verifyWorkers;
  t.is(parseConfig({}).core.verifyWorkers, "auto");
  t.is(workers(0), 0);
  t.is(workers(64), 64);
  for (const wrong of [65, -1, 1.5, "2", "all"])
    t.is(
      code(() => workers(wrong)),
      "config_invalid",
    );
  const overridden = (value: string) =>
    parseConfig(applyEnvironment({ core: { verifyWorkers: 3 } }, { WAXWING_VERIFY_WORKERS: value })).core;
  t.is(overridden("auto").verifyWorkers, "auto");
  t.is(overridden("0").verifyWorkers, 0);
});

test("parseConfig() takes quorums of more than half, each member once", (t) => {
  const { trust } = parseConfig({
    trust: { operators: ["a"], stewards: { keyIds: ["a", "b", "c"], threshold: 2 } },
  });
  t.deepEqual(trust.stewards, { keyIds: ["a", "b", "c"], threshold: 2 });
  t.deepEqual([trust.operators, trust.accord], [["a"], undefined]);
  t.deepEqual(parseConfig({}).trust.operators, []);
  const named = parseConfig({ trust: { accord: { community: "c" } } });
  t.deepEqual(named.trust.accord, { community: "c" });
  t.throws(() => parseConfig({ trust: { stewards: { community: "c" } } } as never), {
    code: "config_invalid",
  });
  const wrong = [
    { keyIds: ["a", "b"], threshold: 1 },
    { keyIds: ["a", "b"], threshold: 3 },
    { keyIds: ["a", "a", "b"], threshold: 2 },
    { keyIds: ["a"], threshold: 0 },
    { keyIds: ["a"], threshold: 1.5 },
    { keyIds: [], threshold: 1 },
    { keyIds: ["a"] },
  ];
  for (const quorum of wrong)
    for (const name of ["stewards", "accord"])
      t.throws(() => parseConfig({ trust: { [name]: quorum } } as never), { code: "config_invalid" });
});

test("parseConfig() refuses who may see what beside a policy that shows everything", (t) => {
  const ciris = { consents: [{ peer: "wx1" }] };
  const refused = t.throws(() => parseConfig({ replication: { ciris } }));
  t.regex(refused?.message ?? "", /replication: replication\.ciris is for offerPolicy "ciris"/);
  const { replication } = parseConfig({ replication: { offerPolicy: "ciris", ciris } });
  t.deepEqual(replication.ciris, { consents: [{ peer: "wx1", capabilities: [] }], cohorts: [], roots: [] });
});

test("parseConfig() takes the rates of sources in part, or none", (t) => {
  const rate = { unproven: { framesPerSecond: 5 } };
  const { listen } = parseConfig({ listen: { rate } });
  t.deepEqual(listen !== false && listen.rate, rate);
  t.is((parseConfig({ listen: { rate: false } }).listen as { rate: unknown }).rate, false);
  t.throws(() => parseConfig({ listen: { rate: { unproven: { framesPerSecond: 0 } } } }));
  t.throws(() => parseConfig({ listen: { rate: { stranger: {} } } } as never));
});
