// Judge: AWS's own description of every CloudFormation type. Unknown and missing properties, wrong types,
// attributes that a type does not have, references to nothing.
//
// In: a template. Out: problems as texts. The checker is written here; only the data is AWS's.

import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";

const PSEUDO =
    /^AWS::(AccountId|NoValue|NotificationARNs|Partition|Region|StackId|StackName|URLSuffix)$/;
// Attributes of resources beside their properties.
const BESIDE = new Set([
    "Type",
    "Properties",
    "DependsOn",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
    "Condition",
    "UpdatePolicy",
    "CreationPolicy",
]);

export class Specification {
    #db = loadAwsServiceSpecSync();
    #types = new Map();

    type(name) {
        if (!this.#types.has(name)) {
            this.#types.set(
                name,
                this.#db.lookup("resource", "cloudFormationType", "equals", name)[0],
            );
        }
        return this.#types.get(name);
    }

    definition(reference) {
        return this.#db.get("typeDefinition", reference.$ref);
    }

    check(template) {
        return new Check(this, template).run();
    }
}

function intrinsic(value) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
    const keys = Object.keys(value);
    if (keys.length !== 1 || !(keys[0] === "Ref" || keys[0].startsWith("Fn::"))) return null;
    return keys[0];
}

class Check {
    problems = [];

    constructor(specification, template) {
        this.specification = specification;
        this.template = template;
    }

    fail(where, text) {
        this.problems.push(`${where}: ${text}`);
    }

    run() {
        for (const [id, resource] of Object.entries(this.template.Resources ?? {})) {
            for (const key of Object.keys(resource))
                if (!BESIDE.has(key)) this.fail(id, `unknown ${key}`);
            const type = this.specification.type(resource.Type);
            if (!type) {
                this.fail(id, `unknown type ${resource.Type}`);
                continue;
            }
            this.members(id, resource.Properties ?? {}, type.properties);
            for (const other of [resource.DependsOn ?? []].flat()) {
                if (!this.template.Resources[other])
                    this.fail(id, `DependsOn ${other}, which does not exist`);
            }
        }
        for (const [id, output] of Object.entries(this.template.Outputs ?? {}))
            this.references(`Outputs.${id}`, output.Value);
        return this.problems;
    }

    members(where, object, properties) {
        if (object === null || typeof object !== "object" || Array.isArray(object)) {
            return this.fail(where, "an object is wanted");
        }
        for (const [name, value] of Object.entries(object)) {
            const property = properties[name];
            if (!property) this.fail(where, `unknown property ${name}`);
            else
                this.value(`${where}.${name}`, value, [
                    property.type,
                    ...(property.previousTypes ?? []),
                ]);
        }
        for (const [name, property] of Object.entries(properties)) {
            if (property.required && !(name in object))
                this.fail(where, `missing property ${name}`);
        }
    }

    // One of the types has to fit; the problems of the first are shown.
    value(where, value, types) {
        const kept = this.problems;
        let first = null;
        for (const type of types) {
            this.problems = [];
            this.one(where, value, type);
            if (this.problems.length === 0) {
                this.problems = kept;
                return;
            }
            first ??= this.problems;
        }
        this.problems = [...kept, ...first];
    }

    one(where, value, type) {
        const name = intrinsic(value);
        if (name === "Fn::If") {
            for (const branch of value[name].slice(1)) this.one(where, branch, type);
            return;
        }
        if (name !== null) return this.references(where, value);
        switch (type.type) {
            case "string":
                return this.scalar(where, value, "a string", typeof value === "string");
            case "date-time":
                return this.scalar(where, value, "a time", !Number.isNaN(Date.parse(value)));
            case "integer":
                return this.scalar(where, value, "a whole number", Number.isInteger(value));
            case "number":
                return this.scalar(where, value, "a number", typeof value === "number");
            case "boolean":
                return this.scalar(where, value, "a boolean", typeof value === "boolean");
            case "json":
                this.references(where, value);
                return this.scalar(
                    where,
                    value,
                    "an object",
                    value !== null && typeof value === "object",
                );
            case "array":
                if (!Array.isArray(value)) return this.fail(where, "a list is wanted");
                value.forEach((item, i) => this.one(`${where}[${i}]`, item, type.element));
                return;
            case "map":
                if (value === null || typeof value !== "object")
                    return this.fail(where, "an object is wanted");
                for (const [key, item] of Object.entries(value))
                    this.one(`${where}.${key}`, item, type.element);
                return;
            case "tag":
                return this.tag(where, value);
            case "union":
                return this.value(where, value, type.types);
            case "ref":
                return this.members(
                    where,
                    value,
                    this.specification.definition(type.reference).properties,
                );
            default:
                this.fail(where, `the checker does not know the type ${type.type}`);
        }
    }

    scalar(where, value, wanted, fits) {
        if (!fits) this.fail(where, `${wanted} is wanted, found ${JSON.stringify(value)}`);
    }

    tag(where, value) {
        const fits =
            typeof value?.Key === "string" && "Value" in value && Object.keys(value).length === 2;
        this.scalar(where, value, "a tag", fits);
        this.references(where, value);
    }

    // Every intrinsic function inside of a value.
    references(where, value) {
        if (value === null || typeof value !== "object") return;
        const name = intrinsic(value);
        if (name === "Ref") return this.target(where, value.Ref, null);
        if (name === "Fn::GetAtt") {
            const [id, attribute] = Array.isArray(value[name])
                ? value[name]
                : value[name].split(/\.(.*)/s);
            return this.target(where, id, attribute);
        }
        if (name === "Fn::Sub") return this.substitutes(where, value[name]);
        if (name === "Fn::If")
            return value[name].slice(1).forEach((branch) => this.references(where, branch));
        for (const [key, item] of Object.entries(value)) this.references(`${where}.${key}`, item);
    }

    substitutes(where, argument) {
        const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
        for (const item of Object.values(names)) this.references(where, item);
        for (const [, name] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) {
            if (name in names) continue;
            const [id, attribute] = name.split(/\.(.*)/s);
            this.target(where, id, attribute ?? null);
        }
    }

    target(where, id, attribute) {
        const resource = this.template.Resources[id];
        if (attribute === null) {
            if (!resource && !this.template.Parameters?.[id] && !PSEUDO.test(id))
                this.fail(where, `Ref to ${id}, which does not exist`);
            return;
        }
        if (!resource) return this.fail(where, `Fn::GetAtt of ${id}, which does not exist`);
        const known = this.specification.type(resource.Type)?.attributes ?? {};
        // Properties can be read back too, where the type says so; outputs of nested stacks are their own.
        const open =
            resource.Type === "AWS::CloudFormation::Stack" && attribute.startsWith("Outputs.");
        if (!open && !(attribute in known))
            this.fail(where, `${resource.Type} has no attribute ${attribute}`);
    }
}
