// Why a resource failed, worded as resource handlers word it.

import { randomUUID } from 'node:crypto';

export class ResourceError extends Error {}

// code: AlreadyExists, InvalidRequest, NotFound, AccessDenied, ServiceLimitExceeded, GeneralServiceException …
export function handlerError(code, message) {
    return new ResourceError(
        `Resource handler returned message: "${message}" (RequestToken: ${randomUUID()}, HandlerErrorCode: ${code})`,
    );
}

export const serviceText = (message, service, status = 400) =>
    `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${randomUUID()}) (SDK Attempt Count: 1)`;

export const alreadyExists = (type, identifier) =>
    handlerError('AlreadyExists', `Resource of type '${type}' with identifier '${identifier}' already exists.`);
