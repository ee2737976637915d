// Multipart uploads: begun, filled part by part, completed or given up, listed.

import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../wire/errors.mjs';
import { childrenOf, childText } from '../wire/xml.mjs';
import { readXml, xml } from './bucket-operations.mjs';
import { checkBody } from './checksums.mjs';
import { store } from './object-operations.mjs';

const LEAST = 5 << 20; // every part but the last

function uploadOf({ found, key, query }) {
    const upload = found.uploads.get(query.get('uploadId'));
    if (!upload || upload.key !== key)
        throw new AwsError(
            'NoSuchUpload',
            'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
            404,
            { UploadId: query.get('uploadId') },
        );
    return upload;
}

function complete(fake, call) {
    const upload = uploadOf(call);
    const parts = childrenOf(readXml(call.body, 'CompleteMultipartUpload'), 'Part').map((p) => ({
        number: Number(childText(p, 'PartNumber')),
        etag: childText(p, 'ETag'),
    }));
    if (!parts.length)
        throw new AwsError(
            'MalformedXML',
            'The XML you provided was not well-formed or did not validate against our published schema',
            400,
        );
    if (parts.some((p, i) => i && parts[i - 1].number >= p.number))
        throw new AwsError(
            'InvalidPartOrder',
            'The list of parts was not in ascending order. Parts must be ordered by part number.',
            400,
        );
    const bodies = parts.map(({ number, etag }, i) => {
        const part = upload.parts.get(number);
        if (!part || part.etag.replaceAll('"', '') !== etag.replaceAll('"', ''))
            throw new AwsError(
                'InvalidPart',
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
                400,
                { PartNumber: number },
            );
        if (i < parts.length - 1 && part.body.length < LEAST)
            throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
                PartNumber: number,
                ProposedSize: part.body.length,
                MinSizeAllowed: LEAST,
            });
        return part;
    });
    const digest = createHash('md5')
        .update(Buffer.concat(bodies.map((p) => Buffer.from(p.etag.replaceAll('"', ''), 'hex'))))
        .digest('hex');
    const object = store(fake, call, Buffer.concat(bodies.map((p) => p.body)), {
        ...upload.more,
        etag: `"${digest}-${parts.length}"`,
    });
    call.found.uploads.delete(upload.id);
    return xml('CompleteMultipartUploadResult', {
        Location: `https://${call.found.name}.s3.amazonaws.com/${call.key}`,
        Bucket: call.found.name,
        Key: call.key,
        ETag: object.etag,
    });
}

export const multipartOperations = {
    CreateMultipartUpload(fake, { found, key, request }) {
        const id = randomBytes(24).toString('base64url');
        const metadata = Object.fromEntries(
            Object.entries(request.headers).filter(([n]) => n.startsWith('x-amz-meta-')),
        );
        found.uploads.set(id, {
            id,
            key,
            parts: new Map(),
            started: new Date(),
            more: { type: request.headers['content-type'] ?? 'binary/octet-stream', metadata },
        });
        return xml('InitiateMultipartUploadResult', { Bucket: found.name, Key: key, UploadId: id });
    },
    UploadPart(fake, call) {
        const upload = uploadOf(call);
        const number = Number(call.query.get('partNumber'));
        if (!(number >= 1 && number <= 10_000))
            throw new AwsError(
                'InvalidArgument',
                'Part number must be an integer between 1 and 10000, inclusive',
                400,
                { ArgumentName: 'partNumber', ArgumentValue: call.query.get('partNumber') },
            );
        const checksum = checkBody(call);
        const etag = `"${createHash('md5').update(call.body).digest('hex')}"`;
        upload.parts.set(number, { body: call.body, etag });
        return { headers: { etag, ...(checksum ? { [`x-amz-checksum-${checksum.name}`]: checksum.value } : {}) } };
    },
    CompleteMultipartUpload: complete,
    AbortMultipartUpload(fake, call) {
        call.found.uploads.delete(uploadOf(call).id);
        return { status: 204 };
    },
    ListParts(fake, call) {
        const upload = uploadOf(call);
        return xml('ListPartsResult', {
            Bucket: call.found.name,
            Key: call.key,
            UploadId: upload.id,
            IsTruncated: false,
            Part: [...upload.parts]
                .sort(([a], [b]) => a - b)
                .map(([PartNumber, p]) => ({ PartNumber, ETag: p.etag, Size: p.body.length })),
        });
    },
    ListMultipartUploads: (fake, { found }) =>
        xml('ListMultipartUploadsResult', {
            Bucket: found.name,
            IsTruncated: false,
            Upload: [...found.uploads.values()].map((u) => ({ Key: u.key, UploadId: u.id, Initiated: u.started })),
        }),
};
