// Makes a picture of a page small: at most 256 colours, cropped to a height. For the README's few.
//
//   node tests/web/palette.mjs FROM.png TO.png [HEIGHT]
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';

/** Rows of RGB bytes of a PNG of 8 bits a channel, with or without transparency, not interlaced. */
function decode(bytes) {
  const parts = [];
  let width = 0;
  let height = 0;
  let channels = 3;
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      width = data.readUInt32BE(0);
      height = data.readUInt32BE(4);
      if (data[8] !== 8 || ![2, 6].includes(data[9]) || data[12] !== 0) throw new Error('not a picture of 8-bit colour');
      channels = data[9] === 6 ? 4 : 3;
    }
    if (type === 'IDAT') parts.push(data);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const left = x >= channels ? rows[y * stride + x - channels] : 0;
      const up = y > 0 ? rows[(y - 1) * stride + x] : 0;
      const corner = x >= channels && y > 0 ? rows[(y - 1) * stride + x - channels] : 0;
      const guess = left + up - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const add = [0, left, up, (left + up) >> 1, paeth][filter];
      rows[y * stride + x] = raw[y * (stride + 1) + 1 + x] + add;
    }
  }
  return { width, height, channels, rows };
}

const CRC = Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});
const crc = (bytes) =>
  (bytes.reduce((sum, byte) => CRC[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc(body), body.length + 4);
  return frame;
}

const [from, to, most] = process.argv.slice(2);
const { width, height, channels, rows } = decode(readFileSync(from));
const kept = Math.min(height, Number(most ?? height));

// The colours that are used most; letters' edges fall to the nearest of them.
const uses = new Map();
const colourAt = (pixel) => (rows[pixel] << 16) | (rows[pixel + 1] << 8) | rows[pixel + 2];
for (let at = 0; at < width * kept; at += 1) {
  const colour = colourAt(at * channels);
  uses.set(colour, (uses.get(colour) ?? 0) + 1);
}
const palette = [...uses].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
const nearest = new Map(palette.map((colour, index) => [colour, index]));
const distance = (a, b) =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
function indexOf(colour) {
  let index = nearest.get(colour);
  if (index === undefined) {
    index = 0;
    palette.forEach((other, place) => {
      if (distance(colour, other) < distance(colour, palette[index])) index = place;
    });
    nearest.set(colour, index);
  }
  return index;
}
const indexed = Buffer.alloc((width + 1) * kept);
for (let y = 0; y < kept; y += 1) {
  for (let x = 0; x < width; x += 1) indexed[y * (width + 1) + 1 + x] = indexOf(colourAt((y * width + x) * channels));
}
const header = Buffer.alloc(13);
header.writeUInt32BE(width, 0);
header.writeUInt32BE(kept, 4);
header.set([8, 3, 0, 0, 0], 8);
const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
writeFileSync(to, Buffer.concat([
  Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
  chunk('IHDR', header),
  chunk('PLTE', colours),
  chunk('IDAT', deflateSync(indexed, { level: 9 })),
  chunk('IEND', Buffer.alloc(0)),
]));
