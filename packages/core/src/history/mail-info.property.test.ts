import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { readMail } from './mail-info.js';
import { splitMailbox } from './mail-split.js';

const SAMPLES = [
  'From 0123 Mon Sep 17 00:00:00 2001\nFrom: =?UTF-8?q?=C3=89lan?= <a@b>\nDate: Thu, 1 Jan 2020 00:00:00 +0100\nSubject: [PATCH 1/2] =?utf-8?b?w7xiZXI=?=\n\nBody\n---\n a | 1 +\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+x\n-- \n2.39\n',
  'From: x <x@y>\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=latin1\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\nContent-Transfer-Encoding: quoted-printable\n\n=E4=\n---\n--b--\n',
  'From: a@b (Name)\nSubject: Re: fw\n\nFrom: other <o@p>\n\n-- >8 --\nSubject: real\n\ntext\n',
].map(bytesFromText);

it('reads mails, or refuses them with a GovcError, whatever their bytes are', () => {
  const edit = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 10, 13, 32, 34, 45, 58, 61, 63), fc.nat(255)), fc.constantFrom('set', 'cut', 'double', 'remove'));
  fc.assert(fc.property(fc.constantFrom(...SAMPLES), fc.array(edit, { minLength: 1, maxLength: 8 }), fc.boolean(), (sample, edits, scissors) => {
    let bytes = sample;
    for (const [at, value, kind] of edits) {
      const place = at % Math.max(1, bytes.length);
      if (kind === 'cut') bytes = bytes.slice(0, place);
      else if (kind === 'set') bytes = Uint8Array.from(bytes, (byte, i) => (i === place ? value : byte));
      else bytes = new Uint8Array([...bytes.subarray(0, place), ...bytes.subarray(kind === 'double' ? Math.max(0, place - 40) : place + 3)]);
    }
    try {
      for (const mail of splitMailbox(bytes)) readMail(mail, { scissors });
      readMail(bytes, { scissors });
    } catch (error) {
      expect(error).toBeInstanceOf(GovcError);
    }
  }), { numRuns: 1500 });
});
