// A zip archive of texts: the browser compresses them, and here each gets its headers (APPNOTE.TXT 6.3, sections 4.3.7,
// 4.3.12 and 4.3.16). The same texts make the same archive: every file has the date 1980-01-01.

const CHECKS = new Uint32Array(256).map((_, byte) => {
  let made = byte;
  for (let bit = 0; bit < 8; bit += 1) made = made & 1 ? 0xedb88320 ^ (made >>> 1) : made >>> 1;
  return made;
});

/** The CRC-32 of bytes. */
function crc32(bytes) {
  let made = 0xffffffff;
  for (const byte of bytes) made = CHECKS[(made ^ byte) & 255] ^ (made >>> 8);
  return (made ^ 0xffffffff) >>> 0;
}

async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Numbers of 2 or 4 bytes one after the other, little-endian, from pairs of size and number. */
function fields(...pairs) {
  const made = new Uint8Array(pairs.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, number] of pairs) {
    for (let byte = 0; byte < size; byte += 1) made[at + byte] = (number >>> (8 * byte)) & 255;
    at += size;
  }
  return made;
}

/** An archive as parts of a blob, from pairs of a file's name in ASCII and its text. */
async function zipped(files) {
  const [parts, heads] = [[], []];
  let offset = 0;
  const add = (...added) => added.forEach((each) => (parts.push(each), (offset += each.length)));
  for (const [name, text] of files) {
    const [path, bytes] = [new TextEncoder().encode(name), new TextEncoder().encode(text)];
    const packed = await deflated(bytes);
    const shared = [[2, 20], [2, 0x0800], [2, 8], [2, 0], [2, 0x21], [4, crc32(bytes)], [4, packed.length], [4, bytes.length], [2, path.length], [2, 0]];
    heads.push(fields([4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), path);
    add(fields([4, 0x04034b50], ...shared), path, packed);
  }
  const start = offset;
  add(...heads);
  add(fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, offset - start], [4, start], [2, 0]));
  return parts;
}
