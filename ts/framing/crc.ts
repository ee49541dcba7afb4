/**
 * Cyclic redundancy checks, table-driven. Names and parameters are those of the reveng catalogue; `check` is the
 * value over the nine ASCII bytes "123456789".
 *
 * | name | width | poly | init | refin, refout | xorout | check | used by |
 * |---|---|---|---|---|---|---|---|
 * | CRC-16/IBM-SDLC ("X-25", "PPP FCS-16") | 16 | 0x1021 | 0xffff | yes | 0xffff | 0x906e | HDLC, PPP (RFC 1662), AX.25 |
 * | CRC-16/IBM-3740 ("CCITT-FALSE") | 16 | 0x1021 | 0xffff | no | 0x0000 | 0x29b1 | many modems |
 * | CRC-32/ISO-HDLC ("IEEE 802.3") | 32 | 0x04c11db7 | 0xffffffff | yes | 0xffffffff | 0xcbf43926 | Ethernet, CIRP |
 *
 * Both 16-bit ones are called "CRC-16/CCITT" somewhere, and neither is the catalogue's CRC-16/KERMIT of that alias.
 */

/** Register shifts right: poly is reflected. */
function reflectedTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let register = byte;
    for (let bit = 0; bit < 8; bit++)
      register = register & 1 ? (register >>> 1) ^ polynomial : register >>> 1;
    return register;
  });
}

const x25Table = reflectedTable(0x8408);
const crc32Table = reflectedTable(0xedb8_8320);
const ccittFalseTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let register = byte << 8;
  for (let bit = 0; bit < 8; bit++) register = register & 0x8000 ? (register << 1) ^ 0x1021 : register << 1;
  return register & 0xffff;
});

/** CRC-16/IBM-SDLC, better known as CRC-16/X-25 or the FCS-16 of PPP. */
export function crc16X25(bytes: Uint8Array): number {
  let register = 0xffff;
  for (let i = 0; i < bytes.length; i++)
    register = (register >>> 8) ^ x25Table[(register ^ bytes[i]!) & 0xff]!;
  return register ^ 0xffff;
}

/** CRC-16/IBM-3740, better known as CRC-16/CCITT-FALSE. */
export function crc16CcittFalse(bytes: Uint8Array): number {
  let register = 0xffff;
  for (let i = 0; i < bytes.length; i++)
    register = ((register << 8) & 0xffff) ^ ccittFalseTable[(register >>> 8) ^ bytes[i]!]!;
  return register;
}

/** CRC-32/ISO-HDLC, the one of IEEE 802.3, zip and PNG. */
export function crc32(bytes: Uint8Array): number {
  let register = 0xffff_ffff;
  for (let i = 0; i < bytes.length; i++)
    register = (register >>> 8) ^ crc32Table[(register ^ bytes[i]!) & 0xff]!;
  return (register ^ 0xffff_ffff) >>> 0;
}
