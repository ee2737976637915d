export interface IResource {}
export interface FnResource {}
export interface IResourceClientApi {}
export interface IResourceInfraApi {}
export interface IResourceCapturedProps {}
