import type { DiffSource } from '../diff/diff-source.js';
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { PrettyCommit } from './pretty-commit.js';

/** A commit with its texts. @throws {GovcError} object-missing, object-type-mismatch, object-corrupt */
export function readPrettyCommit(source: DiffSource, id: ObjectId, algorithm: HashAlgorithm): PrettyCommit {
  const object = source.objects.find(id);
  if (object === undefined) throw new GovcError('object-missing', `The commit ${id} is missing from the repository.`, { id });
  if (object.type !== 'commit') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a commit.`, { id, type: object.type });
  }
  return new PrettyCommit(id, object.body, algorithm);
}
