// Nothing to deploy is not an error.
export {};
