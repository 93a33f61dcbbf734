import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanImage, mostPixels } from '../../src/ui/images/clean-image.ts';
import { orientationIn } from '../../src/ui/images/orientation.ts';

/** Three by two pixels each; made with ImageMagick 7, without any metadata. */
const pictures = {
  jpeg: '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAACAAMDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABoQAAEFAQAAAAAAAAAAAAAAAAUAAhZVlNH/xAAVAQEBAAAAAAAAAAAAAAAAAAADCf/EABwRAAAHAQEAAAAAAAAAAAAAAAADBAYXVdKTlP/aAAwDAQACEQMRAD8AA8hP3hDS/qo1GDHpknnJwAkR4Wynubsf/9k=',
  progressive:
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wgARCAACAAMDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABUBAQEAAAAAAAAAAAAAAAAAAAMI/9oADAMBAAIQAxAAAAEDo0//xAAWEAADAAAAAAAAAAAAAAAAAAAAAxT/2gAIAQEAAQUCoef/xAAbEQAABwEAAAAAAAAAAAAAAAAAAgMFFlSS0f/aAAgBAwEBPwGRPFtTZuj/xAAbEQAABwEAAAAAAAAAAAAAAAAAAgMFFlST0f/aAAgBAgEBPwGMMdNLMnB//8QAFxAAAwEAAAAAAAAAAAAAAAAAAAMzkv/aAAgBAQAGPwK7NH//xAAVEAEBAAAAAAAAAAAAAAAAAAAA8f/aAAgBAQABPyGof//aAAwDAQACAAMAAAAQP//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQMBAT8QD//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQIBAT8QWf/EABYQAAMAAAAAAAAAAAAAAAAAAADB8P/aAAgBAQABPxCzZ//Z',
  png: 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAMAAACqqpYoAAAABlBMVEX/AAAAAP9sof2OAAAADklEQVQI12NgAAJGRkYAAA4ABFXXgsQAAAAASUVORK5CYII=',
  gif: 'R0lGODlhAwACAPAAAP8AAAAAACH5BAAAAAAAIf8LTkVUU0NBUEUyLjADAQAAACwAAAAAAwACAAACAoRfACH5BAAAAAAALAAAAAADAAIAgAAA/wAAAAIChF8AOw==',
  webp: 'UklGRj4AAABXRUJQVlA4IDIAAAAwAgCdASoDAAIAAgA0JaACdLoB+AADISoiEAD++33iaLPl9/bsFnLq//G7cYb70AAAAA==',
  lossless: 'UklGRh4AAABXRUJQVlA4TBIAAAAvAkAAAA8Q87//8x8O5iCi/xE=',
};
const lookAtImage = (bytes: Uint8Array) => cleanImage(bytes)?.look;

type Picture = keyof typeof pictures;
const names = Object.keys(pictures) as Picture[];
const bytesOf = (name: Picture) => new Uint8Array(Buffer.from(pictures[name], 'base64'));

const join = (...parts: ArrayLike<number>[]) =>
  Uint8Array.from(parts.flatMap((part) => Array.from(part)));
const secret = 'GPS 52.5200 N 13.4050 E';
const secretBytes = new TextEncoder().encode(secret);
const has = (bytes: Uint8Array) => Buffer.from(bytes).includes(secret);

/** A chunk or segment of that type, in the way of the format, that holds the secret. */
const hidden: Record<'png' | 'jpeg' | 'gif' | 'webp', (type: string) => Uint8Array> = {
  png(type) {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, secretBytes.length);
    return join(length, Buffer.from(type), secretBytes, new Uint8Array(4));
  },
  jpeg(type) {
    const length = new Uint8Array(2);
    new DataView(length.buffer).setUint16(0, secretBytes.length + 2);
    return join(Uint8Array.of(0xff, Number(type)), length, secretBytes);
  },
  gif: (type) =>
    join(Uint8Array.of(0x21, Number(type), secretBytes.length), secretBytes, Uint8Array.of(0)),
  webp(type) {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, secretBytes.length, true);
    return join(Buffer.from(type), length, secretBytes, new Uint8Array(secretBytes.length % 2));
  },
};
const types: Record<keyof typeof hidden, { at: number; types: string[] }> = {
  png: { at: 33, types: ['tEXt', 'iTXt', 'zTXt', 'eXIf', 'tIME', 'iCCP', 'prVt'] },
  // APP1, APP2, APP12, APP13 and a comment.
  jpeg: { at: 2, types: ['225', '226', '236', '237', '254'] },
  gif: { at: 19, types: ['254', '1', '255'] },
  webp: { at: 12, types: ['EXIF', 'XMP ', 'ICCP', 'JUNK'] },
};
const formatOf = (name: Picture): keyof typeof hidden =>
  name === 'progressive' ? 'jpeg' : name === 'lossless' ? 'webp' : name;

/** As long as it says it is. */
function relabelled(name: Picture, bytes: Uint8Array): Uint8Array {
  if (formatOf(name) === 'webp') {
    new DataView(bytes.buffer).setUint32(4, bytes.length - 8, true);
  }
  return bytes;
}

describe.each(names)('a %s', (name) => {
  const clean = bytesOf(name);

  it('says how large it is, and stays as it is where it tells nothing', () => {
    expect(lookAtImage(clean)).toEqual({ kind: formatOf(name), width: 3, height: 2, fits: true });
    expect(cleanImage(clean)?.bytes).toEqual(clean);
  });

  it('loses what is hidden in it, and nothing else', () => {
    const { at, types: all } = types[formatOf(name)];
    // Of WebP the first chunk is the picture: what is hidden comes behind it.
    const where = formatOf(name) === 'webp' ? clean.length : at;
    for (const type of all) {
      const part = hidden[formatOf(name)](type);
      const telling = relabelled(name, join(clean.subarray(0, where), part, clean.subarray(where)));
      expect(has(telling)).toBe(true);
      expect(cleanImage(telling)?.bytes, type).toEqual(clean);
    }
  });

  it('loses what follows its end', () => {
    if (formatOf(name) === 'webp') return;
    expect(cleanImage(join(clean, secretBytes))?.bytes).toEqual(clean);
  });

  it('cut off or changed anywhere is cleaned or refused, never an error, and cleaning again changes nothing', () => {
    fc.assert(
      fc.property(
        fc.nat(clean.length),
        fc.array(fc.tuple(fc.nat(clean.length - 1), fc.nat(255)), { maxLength: 4 }),
        (length, changes) => {
          const bytes = clean.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          const once = cleanImage(bytes.subarray(0, length));
          if (once) expect(cleanImage(once.bytes)?.bytes).toEqual(once.bytes);
        },
      ),
      { numRuns: 400 },
    );
  });
});

it('a photo stays turned as its camera says', () => {
  const clean = bytesOf('jpeg');
  // Little-endian: the maker "ABC", then the orientation 6.
  const exif = Buffer.from(
    'ffe1000045786966000049492a00080000000200' +
      '0f0102000300000041424300' +
      '120103000100000006000000' +
      '00000000',
    'hex',
  );
  exif.writeUInt16BE(exif.length - 2, 2);
  const cleaned = cleanImage(join(clean.subarray(0, 2), exif, clean.subarray(2)));
  if (!cleaned) throw new Error('no picture');
  expect(orientationIn(cleaned.bytes.subarray(2))).toBe(6);
  expect(Buffer.from(cleaned.bytes).includes('ABC')).toBe(false);
  expect(cleanImage(cleaned.bytes)?.bytes).toEqual(cleaned.bytes);
});

it('a picture that would take too much to unpack says so without being unpacked', () => {
  const bomb = bytesOf('png');
  new DataView(bomb.buffer).setUint32(16, 60_000);
  new DataView(bomb.buffer).setUint32(20, 60_000);
  expect(lookAtImage(bomb)).toEqual({ kind: 'png', width: 60_000, height: 60_000, fits: false });
  expect(mostPixels).toBeLessThan(60_000 * 60_000);
});

describe('a picture whose first size is a small lie', () => {
  const u16 = (value: number, little: boolean) => {
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setUint16(0, value, little);
    return bytes;
  };
  const fits = (bytes: Uint8Array) => lookAtImage(bytes)?.fits ?? false;

  it('is as large as its largest frame: GIF', () => {
    const bomb = bytesOf('gif');
    const frame = bomb.indexOf(0x2c, 13);
    bomb.set(join(u16(60_000, true), u16(60_000, true)), frame + 5);
    expect(lookAtImage(bomb)).toMatchObject({ width: 60_000, height: 60_000, fits: false });
  });

  it('is as large as what is within: WebP', () => {
    const wide = Uint8Array.of(0x2f, 0xff, 0xff, 0xff, 0x0f);
    const chunk = (type: string, data: Uint8Array) =>
      join(
        Buffer.from(type),
        Uint8Array.of(data.length, 0, 0, 0),
        data,
        data.length % 2 ? [0] : [],
      );
    const canvas = chunk('VP8X', new Uint8Array(10));
    const riff = Buffer.from('RIFF    WEBP');
    const still = relabelled('webp', join(riff, canvas, chunk('VP8L', wide)));
    expect(lookAtImage(still)).toMatchObject({ width: 16_384, height: 16_384, fits: false });
    const frame = join(new Uint8Array(6), [0xff, 0xff, 0], [0xff, 0xff, 0], new Uint8Array(4));
    const moving = relabelled('webp', join(riff, canvas, chunk('ANMF', frame)));
    expect(lookAtImage(moving)).toMatchObject({ width: 65_536, height: 65_536, fits: false });
  });

  it('is none if it says its size twice, or not at its beginning: PNG', () => {
    const small = bytesOf('png');
    const large = small.slice();
    large.set([0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff], 16);
    expect(fits(join(large.subarray(0, 33), small.subarray(8)))).toBe(false);
    expect(fits(join(small.subarray(0, 33), large.subarray(8)))).toBe(false);
    expect(fits(join(small.subarray(0, 8), hidden.png('tEXt'), small.subarray(8)))).toBe(false);
  });

  it('is none if it says its size twice, or hides it behind a marker that has no length: JPEG', () => {
    const small = bytesOf('jpeg');
    const frame = join(
      [0xff, 0xc0, 0, 11, 8],
      u16(60_000, false),
      u16(60_000, false),
      [1, 1, 0x11, 0],
    );
    const second = join(small.subarray(0, small.length - 2), frame, [0xff, 0xd9]);
    expect(fits(second)).toBe(false);
    for (const marker of [0x01, 0xd0, 0xd8]) {
      const behind = join(small.subarray(0, 2), [0xff, marker, 0, frame.length + 2], frame);
      expect(fits(join(behind, small.subarray(2))), String(marker)).toBe(false);
    }
  });
});

describe('a moving WebP', () => {
  const chunk = (type: string, data: Uint8Array) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, data.length, true);
    return join(Buffer.from(type), length, data, new Uint8Array(data.length % 2));
  };
  /** Where it stands, how large it is (3 by 2), how long it is shown. */
  const frameHead = Uint8Array.of(0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 100, 0, 0, 0);
  const canvas = chunk('VP8X', Uint8Array.of(2, 0, 0, 0, 2, 0, 0, 1, 0, 0));
  const picture = bytesOf('lossless').subarray(12);
  const moving = (...inFrame: Uint8Array[]) =>
    relabelled(
      'webp',
      join(
        Buffer.from('RIFF    WEBP'),
        canvas,
        chunk('ANIM', new Uint8Array(6)),
        chunk('ANMF', join(frameHead, ...inFrame)),
        chunk('ANMF', join(frameHead, picture)),
      ),
    );

  it('stays as it is where it tells nothing', () => {
    const clean = moving(picture);
    expect(lookAtImage(clean)).toEqual({ kind: 'webp', width: 3, height: 2, fits: true });
    expect(cleanImage(clean)?.bytes).toEqual(clean);
  });

  it('loses what is hidden in a frame, and nothing else', () => {
    for (const type of [...types.webp.types, 'VP8X', 'ANIM', 'ANMF']) {
      const telling = moving(picture, hidden.webp(type));
      expect(has(telling)).toBe(true);
      expect(cleanImage(telling)?.bytes, type).toEqual(moving(picture));
    }
  });

  it('loses what follows the canvas within its chunk', () => {
    const long = chunk('VP8X', join(Uint8Array.of(2, 0, 0, 0, 2, 0, 0, 1, 0, 0), secretBytes));
    const clean = moving(picture);
    const from = 12 + canvas.length;
    const telling = join(clean.subarray(0, 12), long, clean.subarray(from));
    expect(cleanImage(relabelled('webp', telling))?.bytes).toEqual(clean);
  });

  it('is as large as the picture in its largest frame', () => {
    const wide = chunk('VP8L', Uint8Array.of(0x2f, 0xff, 0xff, 0xff, 0x0f));
    expect(lookAtImage(moving(wide))).toMatchObject({ width: 16_384, height: 16_384, fits: false });
  });

  it('is none if a chunk in a frame is longer than the frame', () => {
    const longer = picture.slice();
    new DataView(longer.buffer).setUint32(4, picture.length, true);
    expect(cleanImage(moving(longer))).toBeUndefined();
  });
});

it('a part that stays is cut to what shows: the small picture in JFIF, what follows the words of Adobe and of a GIF', () => {
  const photo = bytesOf('jpeg');
  const preview = join(
    [0xff, 0xe0, 0, 16 + secretBytes.length],
    photo.subarray(6, 18),
    [1, 8],
    secretBytes,
  );
  const cut = cleanImage(join(photo.subarray(0, 2), preview, photo.subarray(20)));
  expect(cut?.bytes).toEqual(photo);

  const adobe = join([0xff, 0xee, 0, 14], Buffer.from('Adobe'), [0, 100, 0, 0, 0, 0, 1]);
  const longer = join(adobe, secretBytes);
  longer[3] = 14 + secretBytes.length;
  const coloured = cleanImage(join(photo.subarray(0, 2), longer, photo.subarray(2)));
  expect(coloured?.bytes).toEqual(join(photo.subarray(0, 2), adobe, photo.subarray(2)));

  const reserved = cleanImage(join(photo.subarray(0, 2), hidden.jpeg('240'), photo.subarray(2)));
  expect(reserved?.bytes).toEqual(photo);

  const moving = bytesOf('gif');
  const again = moving.indexOf('NETSCAPE2.0'.charCodeAt(0), 19) - 3;
  const more = join([secretBytes.length], secretBytes);
  const end = again + 18;
  const telling = join(moving.subarray(0, end), more, moving.subarray(end));
  expect(has(telling)).toBe(true);
  const told = cleanImage(telling);
  expect(told?.bytes).toEqual(moving);
});

it('anything at all is looked at without an error', () => {
  const beginnings = names.map((name) => bytesOf(name).subarray(0, 12));
  fc.assert(
    fc.property(
      fc.constantFrom(new Uint8Array(), ...beginnings),
      fc.uint8Array({ maxLength: 200 }),
      (beginning, rest) => {
        cleanImage(join(beginning, rest));
      },
    ),
    { numRuns: 2_000 },
  );
  for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '<html>', '%PDF-1.4', '']) {
    expect(lookAtImage(new TextEncoder().encode(text))).toBeUndefined();
  }
});
