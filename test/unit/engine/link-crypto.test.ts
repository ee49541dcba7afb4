/** Whose primitives `loadLinkCrypto` takes: the runtime's where they work, @noble's in every other case. */
import test from "ava";
import { loadLinkCrypto } from "waxwing";

const key = new Uint8Array(32).fill(7);
const nonce = new Uint8Array(12);
const plain = Uint8Array.of(1, 2, 3);

type GetBuiltinModule = typeof process.getBuiltinModule;

/** With another `process.getBuiltinModule`: what one seal, one opening and one agreement give. */
async function primitivesWith(replacement: GetBuiltinModule | undefined) {
  const { getBuiltinModule } = process;
  process.getBuiltinModule = replacement as GetBuiltinModule;
  try {
    const { aead, x25519 } = await loadLinkCrypto();
    const { seal, open } = aead(key);
    const sealed = seal(nonce, plain, nonce);
    return { sealed, opened: open(nonce, sealed, nonce), shared: x25519.shared(key, x25519.publicKey(key)) };
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
}

/** node:crypto with something else in it. */
const changed = (changes: object): GetBuiltinModule => {
  const crypto = process.getBuiltinModule("node:crypto");
  return (() => ({ ...crypto, ...changes })) as unknown as GetBuiltinModule;
};

test.serial("the runtime seals and agrees where it can", async (t) => {
  const { createCipheriv, diffieHellman } = process.getBuiltinModule("node:crypto");
  const calls: string[] = [];
  const counting = changed({
    createCipheriv: (...args: Parameters<typeof createCipheriv>) => {
      calls.push("seal");
      return createCipheriv(...args);
    },
    diffieHellman: (keys: Parameters<typeof diffieHellman>[0]) => {
      calls.push("agree");
      return diffieHellman(keys);
    },
  });
  await primitivesWith(counting);
  t.deepEqual(new Set(calls), new Set(["seal", "agree"]));
  calls.length = 0;
  const { getBuiltinModule } = process;
  process.getBuiltinModule = counting;
  await loadLinkCrypto({ portable: true }).then(({ aead }) => aead(key).seal(nonce, plain, nonce));
  process.getBuiltinModule = getBuiltinModule;
  t.deepEqual(calls, []);
});

const refuse = () => {
  throw new Error("unknown cipher");
};
for (const [name, replacement] of Object.entries({
  "has no getBuiltinModule": undefined,
  "has no node:crypto": (() => undefined) as unknown as GetBuiltinModule,
  "lacks the cipher": changed({ createCipheriv: refuse }),
  "lacks X25519": changed({ diffieHellman: refuse }),
  "gives wrong secrets": changed({ diffieHellman: () => crypto.getRandomValues(new Uint8Array(32)) }),
}))
  test.serial(`a runtime that ${name} gives way to @noble, which gives the same`, async (t) => {
    t.deepEqual(await primitivesWith(replacement), await primitivesWith(process.getBuiltinModule));
  });

test("an unknown option is refused", async (t) => {
  await t.throwsAsync(loadLinkCrypto({ native: true } as never), { instanceOf: TypeError });
});
