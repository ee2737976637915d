// Buckets and what is in them. Objects keep their versions; a bucket without versioning keeps one, under the id `null`.

import { createHash, randomBytes } from 'node:crypto';

export function validBucketName(name) {
    return (
        /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
        !/\.\.|^\d+\.\d+\.\d+\.\d+$|^xn--|-s3alias$|--ol-s3$/.test(name)
    );
}

class Bucket {
    objects = new Map(); // key → versions, newest last; a delete marker has no body
    uploads = new Map();
    settings = new Map(); // sub-resource → its XML or JSON text
    tags = [];

    constructor(name, region, owner) {
        Object.assign(this, { name, region, owner, versioning: '', created: new Date() });
    }

    current(key) {
        const last = this.objects.get(key)?.at(-1);
        return last?.marker ? undefined : last;
    }

    version(key, id) {
        return this.objects.get(key)?.find((v) => v.versionId === id);
    }

    put(key, body, more = {}) {
        const object = {
            key,
            body,
            versionId: this.versioning === 'Enabled' ? versionId() : 'null',
            modified: new Date(),
            etag: more.etag ?? `"${createHash('md5').update(body).digest('hex')}"`,
            ...more,
        };
        this.#append(key, object);
        return object;
    }

    // The delete marker, where the bucket has versions.
    remove(key) {
        if (!this.versioning) {
            this.objects.delete(key);
            return null;
        }
        const marker = {
            key,
            marker: true,
            versionId: this.versioning === 'Enabled' ? versionId() : 'null',
            modified: new Date(),
        };
        this.#append(key, marker);
        return marker;
    }

    removeVersion(key, id) {
        const left = (this.objects.get(key) ?? []).filter((v) => v.versionId !== id);
        if (left.length) this.objects.set(key, left);
        else this.objects.delete(key);
    }

    #append(key, object) {
        const kept = (this.objects.get(key) ?? []).filter((v) => v.versionId !== 'null' || object.versionId !== 'null');
        this.objects.set(key, [...kept, object]);
    }

    keys() {
        return [...this.objects.keys()].filter((k) => this.current(k)).sort(byBytes);
    }
}

export const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const versionId = () => randomBytes(24).toString('base64url');

export const newBucket = (name, region, owner) => new Bucket(name, region, owner);
