//! One operation of the interface in words that a route file can be read in: `get(...).ledger().query(...)
//! .json::<T>(...).problems(...)`. It becomes an `OpenAPI` operation when everything is said.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    Content, ContentBuilder, Header, Object, Ref, RefOr, Required, Response, ResponseBuilder,
    Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::{problems, shapes};
use crate::config::Limits;

/// A route and method, with everything that may be asked and answered.
pub(super) struct Described {
    pub(super) path: &'static str,
    pub(super) method: HttpMethod,
    operation: OperationBuilder,
    answers: BTreeMap<&'static str, Response>,
    codes: Vec<&'static str>,
    schemas: Vec<(String, RefOr<Schema>)>,
}

/// Reading; `id` names the operation in generated clients.
pub(super) fn get(path: &'static str, id: &str, tag: &str, summary: &str) -> Described {
    let about = "An entity tag of an earlier answer.";
    let described = Described::new(HttpMethod::Get, path, id, tag, summary);
    described.unchanged().header("If-None-Match", shapes::text(), about)
}

/// Writing something of which the ledger decides where it stands.
pub(super) fn post(path: &'static str, id: &str, tag: &str, summary: &str) -> Described {
    Described::new(HttpMethod::Post, path, id, tag, summary)
}

/// Handing in what is named already.
pub(super) fn put(path: &'static str, id: &str, tag: &str, summary: &str) -> Described {
    Described::new(HttpMethod::Put, path, id, tag, summary)
}

impl Described {
    fn new(method: HttpMethod, path: &'static str, id: &str, tag: &str, summary: &str) -> Self {
        Self {
            path,
            method,
            operation: OperationBuilder::new()
                .operation_id(Some(id))
                .tag(tag)
                .summary(Some(summary)),
            answers: BTreeMap::new(),
            codes: vec!["unknown-parameter", "internal"],
            schemas: Vec::new(),
        }
    }

    /// What the summary does not say.
    pub(super) fn about(mut self, text: &str) -> Self {
        self.operation = self.operation.description(Some(text));
        self
    }

    /// It is about one ledger, and what is shown depends on the reader.
    pub(super) fn ledger(self) -> Self {
        self.in_path("ledger", shapes::region(), "Region code of the ledger.", "61.07")
            .v1()
            .problems(&["unknown-ledger", "ledger-shut"])
    }

    /// It stands under `/v1`, where the number of requests is bounded, and where it matters who reads.
    pub(super) fn v1(mut self) -> Self {
        if self.method != HttpMethod::Post {
            // Everybody may ask without a token, and sees what is public.
            let anonymous = SecurityRequirement::default();
            let bearer = SecurityRequirement::new(BEARER, Vec::<String>::new());
            self.operation = self.operation.security(anonymous).security(bearer);
            self = self.problems(&[
                "reader-required",
                "rate-limited",
                "tokens-unreadable",
                "access-unrecorded",
            ]);
        }
        self.problems(&["busy", "share-full", "unavailable"])
    }

    /// A segment of the path.
    pub(super) fn in_path(
        mut self,
        name: &str,
        schema: Object,
        description: &str,
        example: impl Into<Value>,
    ) -> Self {
        self.operation = self.operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .description(Some(description))
                .schema(Some(schema))
                .example(Some(example.into())),
        );
        self
    }

    /// A query parameter that may be left out.
    pub(super) fn query(
        self,
        name: &str,
        schema: impl Into<RefOr<Schema>>,
        description: &str,
    ) -> Self {
        self.parameter(name, schema, description, ParameterIn::Query, Required::False)
            .problems(&["invalid-parameter"])
    }

    /// A query parameter without which there is no answer.
    pub(super) fn need_query(
        self,
        name: &str,
        schema: impl Into<RefOr<Schema>>,
        description: &str,
    ) -> Self {
        self.parameter(name, schema, description, ParameterIn::Query, Required::True)
            .problems(&["invalid-parameter"])
    }

    /// A request header.
    pub(super) fn header(
        self,
        name: &str,
        schema: impl Into<RefOr<Schema>>,
        description: &str,
    ) -> Self {
        self.parameter(name, schema, description, ParameterIn::Header, Required::False)
    }

    fn parameter(
        mut self,
        name: &str,
        schema: impl Into<RefOr<Schema>>,
        description: &str,
        place: ParameterIn,
        required: Required,
    ) -> Self {
        self.operation = self.operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(place)
                .required(required)
                .description(Some(description))
                .schema(Some(schema)),
        );
        self
    }

    /// `as_of`: a position, a time or a day.
    pub(super) fn at_moment(self) -> Self {
        let about = "State after the record at this position, or after the last record not later than this RFC 3339 \
                     time or than the end of this day (`YYYY-MM-DD`, local time of the ledger). Absent: the newest.";
        self.query("as_of", shapes::as_of(), about).problems(&["unknown-position"])
    }

    /// `limit` and `cursor`: the answer is a page.
    pub(super) fn page(self, limits: &Limits) -> Self {
        let most = u64::try_from(limits.page_rows_max).unwrap_or(u64::MAX);
        let about = "Rows of a page; 100 where absent. A page may end earlier, with a cursor.";
        let cursor = "`next` of the page before: opaque, bound to the question.";
        self.query("limit", shapes::between(1, most), about)
            .query("cursor", shapes::text(), cursor)
            .problems(&["cursor-expired"])
    }

    /// The answer has words, in the language of the caller.
    pub(super) fn worded(self) -> Self {
        let about = "`id` (default) or `en`: the language of words, never of codes. `id, en`, without a preference: problems and \
                     rehearsals are told in both.";
        self.header("Accept-Language", shapes::text(), about)
    }

    /// The caller may hold the answer already.
    fn unchanged(mut self) -> Self {
        let description = "The caller holds it already.";
        self.answers.insert("304", ResponseBuilder::new().description(description).build());
        self
    }

    /// The body that must be sent.
    pub(super) fn body(self, media: &str, schema: Object, description: &str) -> Self {
        self.body_of(&[media], schema, description)
    }

    /// A body of one of several types.
    pub(super) fn body_of(mut self, media: &[&str], schema: Object, description: &str) -> Self {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let mut body =
            RequestBodyBuilder::new().description(Some(description)).required(Some(Required::True));
        for media in media {
            body = body.content(*media, content.clone());
        }
        self.operation = self.operation.request_body(Some(body.build()));
        self.problems(&["wrong-media-type", "too-large", "body-timeout", "body-truncated"])
    }

    /// An answer in JSON.
    pub(super) fn json<T: ToSchema>(self, status: &'static str, description: &str) -> Self {
        let schema = RefOr::Ref(Ref::from_schema_name(T::name()));
        self.with::<T>().answer(status, description, "application/json", schema)
    }

    /// An answer in JSON of one shape or another.
    pub(super) fn either<A: ToSchema, B: ToSchema>(
        self,
        status: &'static str,
        description: &str,
    ) -> Self {
        let shapes = AnyOfBuilder::new()
            .item(Ref::from_schema_name(A::name()))
            .item(Ref::from_schema_name(B::name()));
        let schema = RefOr::T(Schema::from(shapes));
        self.with::<A>().with::<B>().answer(status, description, "application/json", schema)
    }

    /// A list in JSON.
    pub(super) fn json_list<T: ToSchema>(self, description: &str) -> Self {
        let item = RefOr::<Schema>::Ref(Ref::from_schema_name(T::name()));
        let list = utoipa::openapi::ArrayBuilder::new().items(item).build();
        self.with::<T>().answer("200", description, "application/json", RefOr::T(list.into()))
    }

    /// An answer in another media type.
    pub(super) fn bytes(self, description: &str, media: &'static str, schema: Object) -> Self {
        self.answer("200", description, media, RefOr::T(schema.into()))
    }

    /// Adds one more form of an answer of this status.
    pub(super) fn answer(
        mut self,
        status: &'static str,
        description: &str,
        media: &'static str,
        schema: RefOr<Schema>,
    ) -> Self {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        self.add_content(status, description, media, content);
        self
    }

    fn add_content(
        &mut self,
        status: &'static str,
        description: &str,
        media: &str,
        content: Content,
    ) {
        let answer = self
            .answers
            .entry(status)
            .or_insert_with(|| ResponseBuilder::new().description(description).build());
        answer.content.insert(media.to_owned(), RefOr::T(content));
    }

    /// A header of the answer of `status`, which is described already.
    pub(super) fn answer_header(
        mut self,
        status: &'static str,
        name: &str,
        description: &str,
    ) -> Self {
        if let Some(answer) = self.answers.get_mut(status) {
            let header = HeaderBuilder::new().schema(Some(shapes::text()));
            let header = header.description(Some(description)).build();
            answer.headers.insert(name.to_owned(), header.into());
        }
        self
    }

    /// A component that the schemas of this operation name.
    pub(super) fn with<T: ToSchema>(mut self) -> Self {
        self.schemas.push((T::name().into_owned(), <T as PartialSchema>::schema()));
        T::schemas(&mut self.schemas);
        self
    }

    /// The codes of the problems that may be the answer.
    pub(super) fn problems(mut self, codes: &[&'static str]) -> Self {
        self.codes.extend(codes);
        self
    }

    /// The operation, and the components that it names.
    pub(super) fn finish(mut self) -> (OperationBuilder, Vec<(String, RefOr<Schema>)>) {
        for (status, codes) in problems::by_status(&self.codes) {
            let description = codes.join(", ");
            let content = problems::content(&codes);
            self.add_content(status, &description, problems::MEDIA_TYPE, content);
        }
        let mut operation = self.operation;
        for (status, mut answer) in self.answers {
            let id = Ref::new(format!("#/components/headers/{REQUEST_ID}"));
            answer.headers.insert("X-Request-Id".to_owned(), RefOr::Ref(id));
            operation = operation.response(status, answer);
        }
        (operation, self.schemas)
    }
}

/// The id that every answer carries.
pub(super) fn request_id() -> Header {
    let about = "The id under which the server's log speaks of this request.";
    HeaderBuilder::new().schema(Some(shapes::text())).description(Some(about)).build()
}

/// The name of that header among the components.
pub(super) const REQUEST_ID: &str = "RequestId";
/// The name of the security scheme.
pub(super) const BEARER: &str = "bearer";
