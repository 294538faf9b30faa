//! Files that only their owner may read, whatever the umask says.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Makes a directory, and those above it, that only the owner may enter. One that is there
/// already stays as it is.
pub(crate) fn private_dir(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// Whether a directory is ours and only we may enter it. A link is none.
pub(crate) fn is_own_dir(path: &Path) -> bool {
    let own = rustix::process::geteuid().as_raw();
    fs::symlink_metadata(path)
        .is_ok_and(|meta| meta.is_dir() && meta.uid() == own && meta.mode() & 0o777 == 0o700)
}

/// Makes a directory that is ours and that only we may enter, or sees to it that one which is there
/// is such. A link, or one that somebody else owns, is refused.
pub(crate) fn own_dir(path: &Path) -> io::Result<()> {
    private_dir(path)?;
    let meta = fs::symlink_metadata(path)?;
    if !meta.is_dir() || meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it is no directory of yours"));
    }
    match meta.mode() & 0o777 {
        0o700 => Ok(()),
        _ => fs::set_permissions(path, fs::Permissions::from_mode(0o700)),
    }
}

/// Makes a new file that only the owner may read; never one that is there already.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Writes below what a file of this run holds.
pub(crate) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a new private file to the disk, whole or not at all.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private_file(path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    if written.is_err() {
        drop(file);
        // The half file is of no use to anybody; the first error is the one to tell.
        let _ = fs::remove_file(path);
    }
    written?;
    sync_dir(path)
}

/// Puts `content` in the place of a file that is there, at once: first beside it, then by its name.
pub(crate) fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    write_private(&beside, content)?;
    fs::rename(&beside, path).inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })?;
    sync_dir(path)
}

/// Puts `content` at `path`, whether or not a file is there.
pub(crate) fn put_private(path: &Path, content: &[u8]) -> io::Result<()> {
    if path.exists() { replace_private(path, content) } else { write_private(path, content) }
}

/// A file that is watched for writes while it stays open. It must be dropped after every connection
/// to the file: to close it gives up the locks that this process has on it.
#[derive(Debug)]
pub(crate) struct Watch(File);

impl Watch {
    /// Begins to watch.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }

    /// What the file begins with: every commit writes its first page.
    pub(crate) fn first_page(&self) -> io::Result<Vec<u8>> {
        let mut page = vec![0; 4096];
        self.0.read_exact_at(&mut page, 0)?;
        Ok(page)
    }
}

/// Gives a file that was written to the end its own name, on the disk.
pub(crate) fn settle(fresh: &Path, path: &Path) -> io::Result<()> {
    File::open(fresh)?.sync_all()?;
    fs::rename(fresh, path)?;
    sync_dir(path)
}

/// Copies a file into a new private one, to the disk.
pub(crate) fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = private_file(to)?;
    let copied = io::copy(&mut source, &mut target).and_then(|_| target.sync_all());
    if copied.is_err() {
        // The half file is of no use to anybody; the first error is the one to tell.
        let _ = fs::remove_file(to);
    }
    copied
}

/// Copies a file into an empty private one that is there, whose rights stay.
pub(crate) fn fill_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut target = OpenOptions::new().write(true).open(to)?;
    io::copy(&mut File::open(from)?, &mut target).map(drop)
}

/// Writes a file that everybody may read, for what holds nothing of anybody: `man` may run as
/// another user. One that is there already is replaced if it begins like ours, and left otherwise.
pub(crate) fn write_public(path: &Path, content: &[u8], ours: &[u8]) -> io::Result<()> {
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        fs::create_dir_all(dir)?;
    }
    let begin = |bytes: &[u8]| bytes.windows(ours.len()).take(500).any(|part| part == ours);
    match fs::read(path) {
        Ok(found) if !begin(&found) => return Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    replace_private(path, content)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

/// A name beside `path` that no other process takes.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

/// Whether a process runs no longer.
fn is_gone(process: i32) -> bool {
    rustix::process::Pid::from_raw(process).is_some_and(|process| {
        matches!(rustix::process::test_kill_process(process), Err(rustix::io::Errno::SRCH))
    })
}

/// Whether a name is `NAME.PROCESS.new`, as [`beside`] makes it, of a process that no longer runs;
/// gives NAME then.
pub(crate) fn left_beside(name: &str) -> Option<&str> {
    // A database among them has a rollback journal of its own.
    let name = name.strip_suffix("-journal").unwrap_or(name);
    let (name, process) = name.strip_suffix(".new")?.rsplit_once('.')?;
    is_gone(process.parse().ok()?).then_some(name)
}

/// The file in which SQLite keeps what an interrupted write changed.
pub(crate) fn rollback_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push("-journal");
    path.with_file_name(name)
}

/// Holds a directory's lock until it is dropped, where the file system has locks.
pub(crate) fn lock(dir: &Path) -> io::Result<File> {
    let dir = File::open(dir)?;
    // Without the lock two processes at once may each write the index; no copy is lost by that.
    let _ = rustix::fs::flock(&dir, rustix::fs::FlockOperation::LockExclusive);
    Ok(dir)
}

/// Takes a directory's lock if nobody holds it, and holds it until it is dropped. Where the file
/// system has no locks, `process` is asked in its place: nothing while it runs.
pub(crate) fn lock_if_free(dir: &Path, process: i32) -> io::Result<Option<File>> {
    let dir = File::open(dir)?;
    match rustix::fs::flock(&dir, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(dir)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(_) => Ok(is_gone(process).then_some(dir)),
    }
}

fn sync_dir(path: &Path) -> io::Result<()> {
    match path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        Some(dir) => File::open(dir)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

/// What is wrong with who may read or write a secret file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exposure {
    /// Somebody else owns it.
    Foreign,
    /// Others than the owner may read it, where that matters, or write it.
    Open { mode: u32 },
    /// Others than the owner may put another file in its place. With `real` that is the directory
    /// of the file that a link names.
    OpenDir { mode: u32, real: bool },
}

/// The directory in which a file lies, or with `real` the one that a link names.
pub(crate) fn dir_of(path: &Path, real: bool) -> PathBuf {
    let followed = if real { path.canonicalize().ok() } else { None };
    let dir = followed.as_deref().unwrap_or(path).parent().map(Path::to_owned);
    dir.filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| PathBuf::from("."))
}

/// What a secret file holds, or how others than its owner can get at it or swap it.
pub(crate) fn read_secret(path: &Path) -> io::Result<Result<Vec<u8>, Exposure>> {
    read_own(path, 0o077)
}

/// What a file holds that only its owner may write, or how others can; they may read it.
pub(crate) fn read_trusted(path: &Path) -> io::Result<Result<Vec<u8>, Exposure>> {
    read_own(path, 0o022)
}

/// What a file holds, whoever may write it: a regular one, and not without measure.
pub(crate) fn read_any(path: &Path) -> io::Result<Vec<u8>> {
    whole(regular(path)?.0)
}

/// So much of a file is read; nobody writes settings or a method that long.
const LONGEST: u64 = 4 << 20;

fn whole(file: File) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LONGEST {
        return Err(io::Error::other("it is longer than 4 MiB"));
    }
    Ok(content)
}

/// Opens a regular file.
fn regular(path: &Path) -> io::Result<(File, fs::Metadata)> {
    // A pipe would wait for somebody to write into it.
    let waits_not = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(waits_not).open(path)?;
    let meta = file.metadata()?;
    match meta.is_file() {
        true => Ok((file, meta)),
        false => Err(io::Error::other("it is no regular file")),
    }
}

fn read_own(path: &Path, refused: u32) -> io::Result<Result<Vec<u8>, Exposure>> {
    let real = path.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => {
            io::Error::other("it is a link, and what it names is not there")
        }
        _ => error,
    })?;
    let (file, meta) = regular(&real)?;
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Ok(Err(Exposure::Foreign));
    }
    if meta.mode() & refused != 0 {
        return Ok(Err(Exposure::Open { mode: meta.mode() & 0o777 }));
    }
    for real in [false, true] {
        let mode = fs::metadata(dir_of(path, real))?.mode();
        // In a sticky directory nobody replaces what another owns.
        if mode & 0o022 != 0 && mode & 0o1000 == 0 {
            return Ok(Err(Exposure::OpenDir { mode: mode & 0o777, real }));
        }
    }
    whole(file).map(Ok)
}
