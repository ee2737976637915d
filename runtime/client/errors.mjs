// The errors that operations of resources give.
//
// Input: what went wrong. Output: classes whose instances say it in `message`, and in fields what a program may
// want to decide by. Invariant: none of them holds a credential, a signature or the headers of a request.

// Written out: a bundler may call the classes otherwise.
const named = (kind, name) => Object.defineProperty(kind.prototype, 'name', { value: name });

/** An operation on a resource failed; `code` says how, in one word. */
export class ResourceError extends Error {
  static {
    named(this, 'ResourceError');
  }
  constructor(message, fields = {}) {
    const { cause, ...rest } = fields;
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, rest);
  }
}

/** The function that runs knows nothing of the resource. */
export class MissingResourceError extends ResourceError {
  static {
    named(this, 'MissingResourceError');
  }
  constructor(resource, operation, variable) {
    super(
      `${resource}.${operation} is not available in this function: its environment has no ${variable}. ` +
        'Operations work in handlers that pluto has seen calling them: call it from the code of a handler, on ' +
        `the resource itself, and deploy again; outside of pluto, set ${variable}`,
      { code: 'MissingResource', resource, variable },
    );
  }
}

/** There are no credentials to sign with. */
export class CredentialsError extends ResourceError {
  static {
    named(this, 'CredentialsError');
  }
  constructor(message, cause) {
    super(message, { code: 'NoCredentials', cause });
  }
}

/**
 * A service refused a request. `code` is the service's own word for it (`AccessDeniedException`), `status` that of
 * HTTP, `requestId` what the service's support asks for.
 */
export class ServiceError extends ResourceError {
  static {
    named(this, 'ServiceError');
  }
}

/** A service did not answer, or not completely, or what no service of the kind answers. */
export class ConnectionError extends ResourceError {
  static {
    named(this, 'ConnectionError');
  }
}

/** A function was called and failed: `type` is the name of its error, `trace` where it was thrown. */
export class InvokeError extends ResourceError {
  static {
    named(this, 'InvokeError');
  }
}

/** The container of a model failed: `originalStatus` and `originalMessage` are what it said. */
export class ModelError extends ServiceError {
  static {
    named(this, 'ModelError');
  }
}

/** There is nothing under the key. */
export class NotFoundError extends ResourceError {
  static {
    named(this, 'NotFoundError');
  }
  constructor(resource, key) {
    super(`${resource} holds nothing under \`${key}\``, { code: 'NotFound', resource, key });
  }
}
