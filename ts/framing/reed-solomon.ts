/**
 * Reed-Solomon codes over GF(256), shortened at will: n − k parity bytes behind k data bytes, n ≤ 255, put right any
 * e wrong bytes and f missing ones (erasures, whose places are known) with 2e + f ≤ n − k.
 *
 * Field: polynomial 0x11d (x⁸+x⁴+x³+x²+1), α = 2. Generator polynomial: ∏ (x − αⁱ) for i = 0 … n − k − 1. The first
 * byte has the highest degree. Those are the conventions of QR codes and of reedsolo (PyPI), its oracle in tests.
 *
 * Decoding (Blahut, "Algebraic Codes for Data Transmission", ch. 7): syndromes; Berlekamp-Massey started from the
 * erasure locator; Chien's search over the places that exist; Forney's magnitudes; and the syndromes once more,
 * so that what comes out is a codeword or nothing.
 */
import { checkBytes, checkInteger } from "../base/check.js";

/** Twice as long as needed, so that the sum of two logarithms is an index. */
const power = new Uint8Array(512);
const logarithm = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent++) {
  power[exponent] = power[exponent + 255] = value;
  logarithm[value] = exponent;
  value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1;
}

/** Row e, column v: v·αᵉ. What loops look up, without a branch for zero; rows are filled when first needed. */
const timesPower = new Uint8Array(255 * 256);
let rowsFilled = 0;

function fillRows(count: number): void {
  for (; rowsFilled < count; rowsFilled++)
    for (let value = 1; value < 256; value++)
      timesPower[rowsFilled * 256 + value] = power[logarithm[value]! + rowsFilled]!;
}

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : power[logarithm[a]! + logarithm[b]!]!;
}

function divide(a: number, b: number): number {
  return a === 0 ? 0 : power[logarithm[a]! + 255 - logarithm[b]!]!;
}

export const codewordBytesMax = 255;

export class ReedSolomon {
  readonly parity: number;
  /** Row v: v times the generator's coefficients below the leading one, highest degree first. */
  #multiples: Uint8Array | undefined;
  readonly #syndromes: Uint8Array;

  /** `parity`: n − k, from 1 to 254. */
  constructor(parity: number) {
    checkInteger(parity, "Reed-Solomon: parity", 1, codewordBytesMax - 1);
    this.parity = parity;
    this.#syndromes = new Uint8Array(parity);
    fillRows(parity);
  }

  /** The parity bytes of 1 to 255 − parity data bytes. */
  encode(data: Uint8Array): Uint8Array {
    checkBytes(data, "Reed-Solomon: data");
    checkInteger(data.length, "Reed-Solomon: data bytes", 1, codewordBytesMax - this.parity);
    this.#multiples ??= multiplesOfGenerator(this.parity);
    const multiples = this.#multiples;
    const last = this.parity - 1;
    const remainder = new Uint8Array(this.parity);
    for (let i = 0; i < data.length; i++) {
      const row = (data[i]! ^ remainder[0]!) * this.parity;
      for (let j = 0; j < last; j++) remainder[j] = remainder[j + 1]! ^ multiples[row + j]!;
      remainder[last] = multiples[row + last]!;
    }
    return remainder;
  }

  /**
   * Puts a codeword (data and parity) right in place. `erasures`: indices of bytes that are known to be wrong or
   * missing. Returns how many bytes were changed, or undefined where the errors are beyond repair; the codeword is
   * unchanged then. More than (n − k) / 2 errors may be mistaken for another codeword, as with any such code.
   */
  decode(codeword: Uint8Array, erasures: readonly number[] = []): number | undefined {
    checkBytes(codeword, "Reed-Solomon: codeword");
    const length = codeword.length;
    checkInteger(length, "Reed-Solomon: codeword bytes", this.parity + 1, codewordBytesMax);
    for (const index of erasures) checkInteger(index, "Reed-Solomon: erasure", 0, length - 1);
    if (new Set(erasures).size !== erasures.length)
      throw new RangeError("Reed-Solomon: an erasure is named twice");
    if (this.#computeSyndromes(codeword)) return 0;
    if (erasures.length > this.parity) return undefined;
    const locator = this.#locator(erasures.map((index) => length - 1 - index));
    const degree = degreeOf(locator);
    if (2 * degree - erasures.length > this.parity) return undefined;
    const corrections = this.#corrections(locator, degree, length);
    if (corrections === undefined) return undefined;
    for (const [index, value] of corrections) codeword[index]! ^= value;
    if (this.#computeSyndromes(codeword)) return corrections.filter(([, value]) => value !== 0).length;
    for (const [index, value] of corrections) codeword[index]! ^= value;
    return undefined;
  }

  /** True where all are zero: the word is a codeword. */
  #computeSyndromes(codeword: Uint8Array): boolean {
    const syndromes = this.#syndromes.fill(0);
    const count = this.parity;
    for (let i = 0; i < codeword.length; i++) {
      const byte = codeword[i]!;
      for (let root = 0; root < count; root++)
        syndromes[root] = timesPower[root * 256 + syndromes[root]!]! ^ byte;
    }
    return syndromes.every((syndrome) => syndrome === 0);
  }

  /** Berlekamp-Massey. Coefficients from degree 0; roots are the inverses of αᵈ for each wrong degree d. */
  #locator(erasedDegrees: readonly number[]): Uint8Array {
    const size = this.parity + 1;
    const erased = erasedDegrees.length;
    let locator = new Uint8Array(size);
    locator[0] = 1;
    for (const [count, degree] of erasedDegrees.entries())
      for (let i = count + 1; i > 0; i--) locator[i]! ^= multiply(locator[i - 1]!, power[degree]!);
    let previous = locator.slice();
    /** Bound the degrees of `locator` and `previous`. */
    let errata = erased;
    let previousDegree = erased;
    for (let step = erased + 1; step <= this.parity; step++) {
      let discrepancy = 0;
      for (let i = Math.min(errata, step - 1); i >= 0; i--)
        discrepancy ^= multiply(locator[i]!, this.#syndromes[step - 1 - i]!);
      previous.copyWithin(1, 0, ++previousDegree);
      previous[0] = 0;
      if (discrepancy === 0) continue;
      const next = locator.slice();
      for (let i = Math.min(previousDegree, this.parity); i > 0; i--)
        next[i]! ^= multiply(discrepancy, previous[i]!);
      if (2 * errata <= step + erased - 1) {
        previousDegree = errata;
        errata = step + erased - errata;
        previous = locator.map((coefficient) => divide(coefficient, discrepancy));
      }
      locator = next;
    }
    return locator;
  }

  /** Chien and Forney: index and difference of each wrong byte; undefined where the roots do not fit. */
  #corrections(locator: Uint8Array, degree: number, length: number): [number, number][] | undefined {
    const places = placesOf(locator, degree, length);
    if (places === undefined) return undefined;
    const evaluator = new Uint8Array(this.parity);
    for (let i = 0; i < this.parity; i++)
      for (let j = Math.min(i, degree); j >= 0; j--)
        evaluator[i]! ^= multiply(locator[j]!, this.#syndromes[i - j]!);
    const corrections: [number, number][] = [];
    for (const place of places) {
      const inverse = (255 - place) % 255;
      // The formal derivative keeps the odd coefficients, one degree lower.
      let derivative = 0;
      for (let i = 1; i <= degree; i += 2)
        derivative ^= multiply(locator[i]!, power[(inverse * (i - 1)) % 255]!);
      if (derivative === 0) return undefined;
      const value = divide(evaluate(evaluator, inverse), derivative);
      corrections.push([length - 1 - place, multiply(value, power[place]!)]);
    }
    return corrections;
  }
}

function multiplesOfGenerator(parity: number): Uint8Array {
  let generator = Uint8Array.of(1);
  for (let root = 0; root < parity; root++) {
    const product = new Uint8Array(generator.length + 1);
    for (let i = 0; i < generator.length; i++) {
      product[i]! ^= generator[i]!;
      product[i + 1]! ^= multiply(generator[i]!, power[root]!);
    }
    generator = product;
  }
  const multiples = new Uint8Array(256 * parity);
  for (let value = 1; value < 256; value++)
    for (let j = 0; j < parity; j++) multiples[value * parity + j] = multiply(value, generator[j + 1]!);
  return multiples;
}

/** Chien's search: the degrees at whose inverse power the locator is zero; undefined unless it has as many as it should. */
function placesOf(locator: Uint8Array, degree: number, length: number): number[] | undefined {
  fillRows(255);
  const places: number[] = [];
  // Coefficient i times α to the power of −i × place.
  const terms = locator.slice(0, degree + 1);
  for (let place = 0; place < length; place++) {
    let sum = terms[0]!;
    for (let i = 1; i <= degree; i++) {
      const term = terms[i]!;
      sum ^= term;
      terms[i] = timesPower[(255 - i) * 256 + term]!;
    }
    if (sum === 0) places.push(place);
  }
  return places.length === degree ? places : undefined;
}

function degreeOf(polynomial: Uint8Array): number {
  let degree = polynomial.length - 1;
  while (degree > 0 && polynomial[degree] === 0) degree--;
  return degree;
}

/** Horner's rule at αᵉ. */
function evaluate(polynomial: Uint8Array, exponent: number): number {
  let value = 0;
  for (let i = polynomial.length - 1; i >= 0; i--)
    value = timesPower[exponent * 256 + value]! ^ polynomial[i]!;
  return value;
}
