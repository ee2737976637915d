// IAM: SimulatePrincipalPolicy answers from what fake.deny() and fake.allowOnly() say; roles are those of stacks.

import { AwsError } from '../wire/errors.mjs';
import { form, list, must, read, struct, text, whole } from '../wire/query.mjs';
import { queryReply } from '../wire/reply.mjs';
import { page } from '../wire/page.mjs';

export const SHAPES = {
    SimulatePrincipalPolicy: {
        PolicySourceArn: must(text({ min: 20, max: 2048 })),
        ActionNames: must(list(text({ min: 3, max: 128 }))),
        ResourceArns: list(text({ min: 1, max: 2048 })),
        ContextEntries: list(
            struct({ ContextKeyName: text(), ContextKeyValues: list(text()), ContextKeyType: text() }),
        ),
        PolicyInputList: list(text()),
        PermissionsBoundaryPolicyInputList: list(text()),
        ResourcePolicy: text(),
        ResourceOwner: text(),
        CallerArn: text(),
        ResourceHandlingOption: text(),
        MaxItems: whole({ min: 1, max: 1000 }),
        Marker: text(),
    },
    GetRole: { RoleName: must(text({ min: 1, max: 64 })) },
    ListRolePolicies: { RoleName: must(text({ min: 1, max: 64 })), Marker: text(), MaxItems: whole() },
    GetRolePolicy: { RoleName: must(text()), PolicyName: must(text()) },
    ListRoles: { PathPrefix: text(), Marker: text(), MaxItems: whole() },
    ListAccountAliases: { Marker: text(), MaxItems: whole() },
    GetUser: { UserName: text() },
    GetAccountSummary: {},
};

function simulate(fake, request) {
    if (/:assumed-role\//.test(request.PolicySourceArn))
        throw new AwsError(
            'InvalidInput',
            `Invalid Entity Arn: ${request.PolicySourceArn} does not clearly define entity type and name.`,
            400,
        );
    if (!/:(user|role|group)\/|:root$/.test(request.PolicySourceArn))
        throw new AwsError('NoSuchEntity', `The entity ${request.PolicySourceArn} cannot be found.`, 404);
    const context = Object.fromEntries(
        (request.ContextEntries ?? []).map((e) => [e.ContextKeyName.toLowerCase(), e.ContextKeyValues?.[0]]),
    );
    const rows = request.ActionNames.flatMap((action) =>
        (request.ResourceArns ?? ['*']).map((resource) => ({
            EvalActionName: action,
            EvalResourceName: resource,
            EvalDecision: fake.permits(action, resource, context) ? 'allowed' : 'implicitDeny',
            MatchedStatements: [],
            MissingContextValues: [],
        })),
    );
    const { items, token } = page(fake, rows, request.Marker, request.MaxItems ?? 100);
    return { EvaluationResults: items, IsTruncated: token !== undefined, Marker: token };
}

const roleView = (name, { arn, properties }) => ({
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().replace(/\W/g, '').padEnd(17, 'A').slice(0, 17)}`,
    Arn: arn,
    CreateDate: new Date(0),
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(properties?.AssumeRolePolicyDocument ?? {})),
    MaxSessionDuration: 3600,
});

function roleOf(fake, name) {
    const role = fake.account.roles.get(name);
    if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
}

export function handle(fake, call) {
    const shape = SHAPES[call.operation];
    if (!shape)
        throw new AwsError('InvalidAction', `Could not find operation ${call.operation} for version 2010-05-08`, 400);
    const request = read(form(call.request.body), shape);
    const results = {
        SimulatePrincipalPolicy: () => simulate(fake, request),
        GetRole: () => ({ Role: roleView(request.RoleName, roleOf(fake, request.RoleName)) }),
        ListRolePolicies: () => ({
            PolicyNames: (roleOf(fake, request.RoleName).properties?.Policies ?? []).map((p) => p.PolicyName),
            IsTruncated: false,
        }),
        GetRolePolicy: () => {
            const policy = roleOf(fake, request.RoleName).properties?.Policies?.find(
                (p) => p.PolicyName === request.PolicyName,
            );
            if (!policy)
                throw new AwsError(
                    'NoSuchEntity',
                    `The role policy with name ${request.PolicyName} cannot be found.`,
                    404,
                );
            return {
                RoleName: request.RoleName,
                PolicyName: policy.PolicyName,
                PolicyDocument: encodeURIComponent(JSON.stringify(policy.PolicyDocument)),
            };
        },
        ListRoles: () => ({ Roles: [...fake.account.roles].map(([n, r]) => roleView(n, r)), IsTruncated: false }),
        ListAccountAliases: () => ({ AccountAliases: [], IsTruncated: false }),
        GetUser: () => ({
            User: {
                Path: '/',
                UserName: 'deployer',
                UserId: 'AIDAFAKE',
                Arn: call.identity.arn,
                CreateDate: new Date(0),
            },
        }),
        GetAccountSummary: () => ({ SummaryMap: {} }),
    };
    return queryReply('iam', call.operation, results[call.operation](), call.id);
}
