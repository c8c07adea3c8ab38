import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { bcryptPbkdf } from './bcrypt-pbkdf.js';

// The vectors of OpenBSD's regress/lib/libutil/bcrypt_pbkdf.
describe('the derivation of keys by bcrypt', () => {
  it.each([
    ['password', 'salt', 4, '5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9'],
    ['password', 'salt', 8, 'e1367ec5151a33faac4cc1c144cd23fa15d5548493ecc99b9b5d9c0d3b27bec76227ea66088b849b20ab7aa478010246e74bba51723fefa9f9474d6508845e8d'],
    ['password', '\0', 4, 'c12b566235eee04c212598970a579a67'],
  ])('gives for %j and %j in %d rounds what OpenBSD gives', (passphrase, salt, rounds, expected) => {
    const key = bcryptPbkdf({ passphrase: bytesFromText(passphrase), salt: bytesFromText(salt), rounds, size: expected.length / 2 });
    expect(Buffer.from(key).toString('hex')).toBe(expected);
  });
});
