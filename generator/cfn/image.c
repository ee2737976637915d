// The container images of models.
//
// Input: an image's address and the stack's region. Output: address and repository ARN as
// CloudFormation. Invariant: an image is pulled from the region where it is to run, as SageMaker
// demands; where that cannot be, it is said.
//
// AWS keeps its Deep Learning Containers in one account for most regions and in accounts of their
// own for the rest, so an address from one region's documentation is wrong in the next.
#include "generator/cfn/image.h"

#include <string.h>

typedef struct Registry {
    const char *region, *account;
} Registry;

#define COMMON "763104351884"
#define CHINA "727897471807"

static const Registry REGISTRIES[] = {
    {"af-south-1", "626614931356"},
    {"ap-east-1", "871362719292"},
    {"ap-east-2", "975050140332"},
    {"ap-northeast-1", COMMON},
    {"ap-northeast-2", COMMON},
    {"ap-northeast-3", "364406365360"},
    {"ap-south-1", COMMON},
    {"ap-south-2", "772153158452"},
    {"ap-southeast-1", COMMON},
    {"ap-southeast-2", COMMON},
    {"ap-southeast-3", "907027046896"},
    {"ap-southeast-4", "457447274322"},
    {"ap-southeast-5", "550225433462"},
    {"ap-southeast-6", "633930458069"},
    {"ap-southeast-7", "590183813437"},
    {"ca-central-1", COMMON},
    {"ca-west-1", "204538143572"},
    {"cn-north-1", CHINA},
    {"cn-northwest-1", CHINA},
    {"eu-central-1", COMMON},
    {"eu-central-2", "380420809688"},
    {"eu-north-1", COMMON},
    {"eu-south-1", "692866216735"},
    {"eu-south-2", "503227376785"},
    {"eu-west-1", COMMON},
    {"eu-west-2", COMMON},
    {"eu-west-3", COMMON},
    {"il-central-1", "780543022126"},
    {"me-central-1", "914824155844"},
    {"me-south-1", "217643126080"},
    {"mx-central-1", "637423239942"},
    {"sa-east-1", COMMON},
    {"us-east-1", COMMON},
    {"us-east-2", COMMON},
    {"us-gov-east-1", "446045086412"},
    {"us-gov-west-1", "442386744353"},
    {"us-iso-east-1", "886529160074"},
    {"us-isob-east-1", "094389454867"},
    {"us-isof-east-1", "303241398832"},
    {"us-isof-south-1", "454834333376"},
    {"us-west-1", COMMON},
    {"us-west-2", COMMON},
};

enum { REGISTRY_COUNT = sizeof REGISTRIES / sizeof *REGISTRIES };

#define MAPPING "DeepLearningContainers"

Str image_account(Str region) {
    for (size_t i = 0; i < REGISTRY_COUNT; i++)
        if (str_is(region, REGISTRIES[i].region))
            return str_of(REGISTRIES[i].account);
    return STR_EMPTY;
}

static bool shared_account(Str account) {
    for (size_t i = 0; i < REGISTRY_COUNT; i++)
        if (str_is(account, REGISTRIES[i].account))
            return true;
    return false;
}

static bool digits(Str s, uint32_t count) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n == count;
}

static bool made_of(Str s, const char *others) {
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && (!c || !strchr(others, c)))
            return false;
    }
    return s.n > 0;
}

// Cuts off what stands before `mark` and gives it; the empty slice where there is none.
static Str take_until(Str *rest, const char *mark) {
    Str m = str_of(mark);
    int64_t at = str_find(*rest, m, 0);
    if (at < 0)
        return STR_EMPTY;
    Str head = str_slice(*rest, 0, (uint32_t)at);
    *rest = str_slice(*rest, (uint32_t)at + m.n, rest->n);
    return head;
}

bool image_parse(Str uri, Image *out) {
    Str rest = uri;
    Image image = {.account = take_until(&rest, ".dkr.ecr.")};
    if (!digits(image.account, 12))
        return false;
    image.region = take_until(&rest, ".");
    Str suffix = take_until(&rest, "/");
    if (!made_of(image.region, "-") || !made_of(suffix, ".-"))
        return false;
    uint32_t end = 0;
    while (end < rest.n && rest.p[end] != ':' && rest.p[end] != '@')
        end++;
    image.repository = str_slice(rest, 0, end);
    image.version = str_slice(rest, end, rest.n);
    image.shared = shared_account(image.account);
    *out = image;
    return made_of(image.repository, "._/-") &&
           (image.version.n == 0 || made_of(image.version, ":@._-"));
}

// The domain of AWS in the region's partition.
static const char *domain(Str region) {
    static const struct {
        const char *prefix, *domain;
    } DOMAINS[] = {
        {"cn-", "amazonaws.com.cn"},    {"us-iso-", "c2s.ic.gov"},
        {"us-isob-", "sc2s.sgov.gov"},  {"us-isof-", "csp.hci.ic.gov"},
        {"eu-isoe-", "cloud.adc-e.uk"}, {"eusc-", "amazonaws.eu"},
    };
    for (size_t i = 0; i < sizeof DOMAINS / sizeof *DOMAINS; i++)
        if (str_starts(region, DOMAINS[i].prefix))
            return DOMAINS[i].domain;
    return "amazonaws.com";
}

static Json *account_lookup(Gen *g) {
    Json *mapping = json_object();
    for (size_t i = 0; i < REGISTRY_COUNT; i++)
        json_set(mapping, REGISTRIES[i].region,
                 json_set(json_object(), "Account", json_string(REGISTRIES[i].account)));
    template_part_add(g->template, &g->template->mappings, STR(MAPPING), mapping);
    Json *three = json_push(json_array(), json_string(MAPPING));
    json_push(json_push(three, json_ref(STR("AWS::Region"))), json_string("Account"));
    return json_set(json_object(), "Fn::FindInMap", three);
}

static void use_anywhere(Gen *g, const Image *i, ImageUse *out) {
    Str uri = str_fmt(g->arena, "${Account}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/%.*s%.*s",
                      STR_ARG(i->repository), STR_ARG(i->version));
    Str arn =
        str_fmt(g->arena, "arn:${AWS::Partition}:ecr:${AWS::Region}:${Account}:repository/%.*s",
                STR_ARG(i->repository));
    out->uri = json_sub_with(uri, "Account", account_lookup(g));
    out->repository = json_sub_with(arn, "Account", account_lookup(g));
}

static void use_in(Gen *g, const Image *i, Str account, Str region, ImageUse *out) {
    out->uri = json_text(str_fmt(g->arena, "%.*s.dkr.ecr.%.*s.%s/%.*s%.*s", STR_ARG(account),
                                 STR_ARG(region), domain(region), STR_ARG(i->repository),
                                 STR_ARG(i->version)));
    out->repository =
        json_sub(str_fmt(g->arena, "arn:${AWS::Partition}:ecr:%.*s:%.*s:repository/%.*s",
                         STR_ARG(region), STR_ARG(account), STR_ARG(i->repository)));
}

static bool refuse_region(Gen *g, const ArchResource *r, const Image *i, const char *help) {
    Str region = g->settings->region;
    Diag *d = gen_error(g, P0505, r, "the image of `%.*s` is in %.*s, the stack in %.*s",
                        STR_ARG(r->id), STR_ARG(i->region), STR_ARG(region));
    diag_note(d, "SageMaker pulls images from its own region only");
    diag_help(d, "%s", help);
    return false;
}

bool image_use(Gen *g, const ArchResource *r, Str uri, ImageUse *out) {
    Image image;
    Str region = g->settings->region;
    if (!image_parse(uri, &image)) {
        Diag *d = gen_error(g, P0301, r, "`%.*s` is not the address of an image in Amazon ECR",
                            STR_ARG(uri));
        diag_help(d, "an address is like "
                     "`123456789012.dkr.ecr.us-east-1.amazonaws.com/repository:tag`");
        return false;
    }
    if (image.shared && region.n == 0) {
        use_anywhere(g, &image, out);
        return true;
    }
    if (image.shared) {
        Str account = image_account(region);
        if (account.n == 0)
            return refuse_region(g, r, &image,
                                 "AWS offers its Deep Learning Containers there under no account "
                                 "that is known: copy the image to a repository of yours");
        use_in(g, &image, account, region, out);
        return true;
    }
    if (region.n && !str_eq(region, image.region))
        return refuse_region(g, r, &image, "copy the image to a repository in the stack's region");
    use_in(g, &image, image.account, image.region, out);
    return true;
}
