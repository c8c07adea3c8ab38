import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import { findConflicts, resolveRecorded } from './rerere.js';

const lines = fc.array(fc.constantFrom('a', 'b', '<<<<<<< x', '=======', '>>>>>>> y', '||||||| z', '<<<<<<<', ''), { maxLength: 20 });

describe('conflicts in normal form', () => {
  it('are normal already, and keep their name', () => {
    fc.assert(fc.property(lines, (all) => {
      const found = findConflicts(bytesFromText(all.join('\n')), SHA1);
      if (found === undefined || found === 'malformed') return;
      const labelled = textFromBytes(found.preimage).replace(/^(<<<<<<<|>>>>>>>)$/gm, '$1 label');
      const again = findConflicts(bytesFromText(labelled), SHA1);
      expect(again === undefined || again === 'malformed' ? again : textFromBytes(again.preimage)).toBe(textFromBytes(found.preimage));
    }));
  });

  it('have the same name whatever the order of their sides', () => {
    const one = findConflicts(bytesFromText('<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n'), SHA1);
    const two = findConflicts(bytesFromText('<<<<<<< x\nb\n||||||| base\nc\n=======\na\n>>>>>>> y\n'), SHA1);
    expect(one).toEqual(two);
  });

  it('are resolved as before, and else recorded under the next number', () => {
    const preimage = bytesFromText('<<<<<<<\na\n=======\nb\n>>>>>>>\nrest\n');
    expect(resolveRecorded(preimage, [])).toEqual({ kind: 'recorded', preimage, variant: 0 });
    const variants = [{ preimage, postimage: bytesFromText('ab\nrest\n') }];
    const outcome = resolveRecorded(bytesFromText('<<<<<<<\na\n=======\nb\n>>>>>>>\nrest\nmore\n'), variants);
    expect(outcome.kind === 'resolved' ? textFromBytes(outcome.content) : '').toBe('ab\nrest\nmore\n');
  });
});
